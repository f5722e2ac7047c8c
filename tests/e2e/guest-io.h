// What the guest has instead of a library: ports, COM1 for printing, text, and QEMU's fw_cfg.
#define FW_CFG_SELECTOR 0x510
#define FW_CFG_DATA 0x511
#define FW_CFG_FILE_DIR 0x19
#define COM1 0x3f8
#define MAXIMUM 8192

static EFI_SYSTEM_TABLE *System;

static void Out8(UINT16 port, UINT8 value) { __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port)); }
static void Out16(UINT16 port, UINT16 value) { __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port)); }
static UINT8 In8(UINT16 port) {
    UINT8 value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static void PrintChar(char c) {
    while (!(In8(COM1 + 5) & 0x20)) {
    }
    Out8(COM1, (UINT8)c);
}

static void Print(const char *text) {
    for (; *text; text++) {
        PrintChar(*text);
    }
}

static void PrintHex(const UINT8 *bytes, UINTN size) {
    for (UINTN i = 0; i < size; i++) {
        PrintChar("0123456789abcdef"[bytes[i] >> 4]);
        PrintChar("0123456789abcdef"[bytes[i] & 15]);
    }
}

static UINTN Length(const char *text) {
    UINTN length = 0;
    while (text[length]) {
        length++;
    }
    return length;
}

static BOOLEAN StartsWith(const char *text, const char *prefix) {
    for (; *prefix; text++, prefix++) {
        if (*text != *prefix) {
            return FALSE;
        }
    }
    return TRUE;
}

static void FwCfgRead(void *buffer, UINTN size) {
    for (UINTN i = 0; i < size; i++) {
        ((UINT8 *)buffer)[i] = In8(FW_CFG_DATA);
    }
}

static UINT32 BigEndian(const UINT8 *bytes, UINTN size) {
    UINT32 value = 0;
    for (UINTN i = 0; i < size; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

/* Reads a named item and NUL-terminates it; returns its size, or -1 if there is none. */
static INTN FwCfgFile(const char *name, UINT8 *buffer) {
    UINT8 entry[64];
    Out16(FW_CFG_SELECTOR, FW_CFG_FILE_DIR);
    FwCfgRead(entry, 4);
    for (UINT32 left = BigEndian(entry, 4); left > 0; left--) {
        FwCfgRead(entry, sizeof entry);
        if (StartsWith((char *)entry + 8, name) && entry[8 + Length(name)] == 0) {
            UINTN size = BigEndian(entry, 4);
            size = size < MAXIMUM ? size : MAXIMUM;
            Out16(FW_CFG_SELECTOR, (UINT16)BigEndian(entry + 4, 2));
            FwCfgRead(buffer, size);
            buffer[size] = 0;
            return (INTN)size;
        }
    }
    return -1;
}
