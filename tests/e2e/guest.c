/*
 * The guest of the end-to-end tests: to the outside, it behaves like LamBoot. It reads its identity through fw_cfg, runs the
 * health state machine on its UEFI variables, prints both to the serial port, and ends as specified in its plan.
 *
 * The plan is the fw_cfg item opt/org.lamboot.test/plan, words separated by blanks:
 *   entry=HEX    the bytes of LamBootLastEntry
 *   fallback=HEX those of the entry booted instead after three crashes, as in LamBoot's fallback_order
 *   entries=N    adds its own boot entries, from Boot0100 on, after those in the order
 *   boots=N      writes the variables of N boots, all but the last confirmed; "boots=0" continues until it is killed
 *   ok           the service in the guest's OS confirms the boot
 *   poweroff, hang, or reset=N: reset until N crashes have been counted, then hang
 */
#include <efi.h>

#include "guest-io.h"
#include "guest-entries.h"

#define VMGENID_OFFSET 40 /* QEMU: include/hw/acpi/vmgenid.h */
enum { FRESH, BOOTING, BOOTED_OK, CRASH_LOOP };
#define CRASH_THRESHOLD 3
static EFI_GUID LamBoot = {0x4C414D42, 0x4F4F, 0x5400, {0, 0, 0, 0, 0, 0, 0, 1}};

static void PrintIdentity(void) {
    static UINT8 document[MAXIMUM + 1];
    INTN size = FwCfgFile("opt/lamboot/config", document);
    if (size < 0) {
        Print("guest: no identity\r\n");
        return;
    }
    Print("guest: identity ");
    for (INTN i = 0; i < size; i++) {
        if (document[i] != '\n') {
            PrintChar((char)document[i]);
        }
    }
    Print("\r\n");
}

static INTN Get(CHAR16 *name, UINT8 *data, UINTN size) {
    EFI_STATUS status = System->RuntimeServices->GetVariable(name, &LamBoot, NULL, &size, data);
    return status == EFI_SUCCESS ? (INTN)size : -1;
}

static void Set(CHAR16 *name, const void *data, UINTN size) {
    UINT32 attributes = EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS;
    EFI_STATUS status = System->RuntimeServices->SetVariable(name, &LamBoot, attributes, size, (void *)data);
    if (status != EFI_SUCCESS) {
        Print("guest: SetVariable failed ");
        PrintHex((UINT8 *)&status, 1);
        Print("\r\n");
    }
}

static void SetByte(CHAR16 *name, UINT8 value) { Set(name, &value, 1); }

static void PrintVariable(const char *label, CHAR16 *name) {
    UINT8 data[512];
    INTN size = Get(name, data, sizeof data);
    Print(label);
    if (size < 0) {
        Print("-");
    } else {
        PrintHex(data, (UINTN)size);
    }
}

static void PrintHealth(const char *label) {
    Print(label);
    PrintVariable(" state=", L"LamBootState");
    PrintVariable(" crashes=", L"LamBootCrashCount");
    PrintVariable(" entry=", L"LamBootLastEntry");
    PrintVariable(" time=", L"LamBootTimestamp");
    PrintVariable(" version=", L"LamBootVersion");
    PrintVariable(" vmgenid=", L"LamBootVmGenId");
    Print("\r\n");
}

static void WriteTimestamp(void) {
    EFI_TIME now;
    if (System->RuntimeServices->GetTime(&now, NULL) != EFI_SUCCESS) {
        return;
    }
    UINT8 stamp[8] = {(UINT8)now.Year, (UINT8)(now.Year >> 8), now.Month, now.Day, now.Hour, now.Minute, now.Second, 0};
    Set(L"LamBootTimestamp", stamp, sizeof stamp);
}

static void WriteVmGenId(void) {
    static UINT8 table[MAXIMUM + 1];
    if (FwCfgFile("etc/vmgenid_guid", table) >= VMGENID_OFFSET + 16) {
        Set(L"LamBootVmGenId", table + VMGENID_OFFSET, 16);
    }
}

/* The ID of an entry. */
typedef struct {
    UINT8 bytes[200];
    UINTN size;
} Entry;

/* A boot as seen by the loader: an unconfirmed previous boot counts as a crash, and in a crash loop the count stays. */
static void Boot(const Entry *usual, const Entry *fallback) {
    UINT8 state = FRESH, crashes = 0;
    UINT32 version = 0 << 16 | 8 << 8 | 4;
    Get(L"LamBootState", &state, 1);
    Get(L"LamBootCrashCount", &crashes, 1);
    if (state == BOOTING) {
        crashes += crashes < 255;
    } else if (state != CRASH_LOOP) {
        crashes = 0;
    }
    const Entry *entry = crashes >= CRASH_THRESHOLD && fallback->size ? fallback : usual;
    SetByte(L"LamBootState", BOOTING);
    SetByte(L"LamBootCrashCount", crashes);
    Set(L"LamBootLastEntry", entry->bytes, entry->size);
    WriteTimestamp();
    Set(L"LamBootVersion", &version, sizeof version);
    WriteVmGenId();
}

static void Confirm(void) {
    SetByte(L"LamBootState", BOOTED_OK);
    SetByte(L"LamBootCrashCount", 0);
}

/* The rest of the plan's word that begins with a prefix; NULL if there is none. */
static const char *Word(const char *plan, const char *prefix) {
    for (BOOLEAN begins = TRUE; *plan; begins = *plan++ == ' ') {
        if (begins && StartsWith(plan, prefix)) {
            return plan + Length(prefix);
        }
    }
    return NULL;
}

static UINTN Number(const char *text) {
    UINTN value = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        value = value * 10 + (UINTN)(*text - '0');
    }
    return value;
}

static UINT8 Digit(char c) { return (UINT8)(c <= '9' ? c - '0' : c - 'a' + 10); }

static void ReadEntry(const char *hex, Entry *entry) {
    for (entry->size = 0; hex[0] > ' ' && hex[1] > ' ' && entry->size < sizeof entry->bytes; hex += 2) {
        entry->bytes[entry->size++] = (UINT8)(Digit(hex[0]) << 4 | Digit(hex[1]));
    }
}

static void Hang(void) {
    Print("guest: hangs\r\n");
    for (;;) {
        __asm__ volatile("hlt");
    }
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system) {
    static UINT8 plan[MAXIMUM + 1];
    static Entry entry = {"default", 7}, fallback;
    UINT8 crashes = 0;
    System = system;
    system->BootServices->SetWatchdogTimer(0, 0, 0, NULL);
    Print("\r\n");
    FwCfgFile("opt/org.lamboot.test/plan", plan);
    const char *words = (const char *)plan, *word;

    PrintBootCurrent();
    PrintIdentity();
    PrintHealth("guest: found");
    if ((word = Word(words, "entry="))) {
        ReadEntry(word, &entry);
    }
    if ((word = Word(words, "fallback="))) {
        ReadEntry(word, &fallback);
    }
    if ((word = Word(words, "entries="))) {
        AddEntries(image, Number(word));
    }

    UINTN boots = (word = Word(words, "boots=")) ? Number(word) : 1;
    for (UINTN boot = 1; boot != boots; boot++) {
        entry.bytes[entry.size - 1] = (UINT8)('0' + boot % 10); /* the firmware does not write an equal value again */
        Boot(&entry, &fallback);
        Confirm();
    }
    Boot(&entry, &fallback);
    if (Word(words, "ok")) {
        Confirm();
    }
    PrintHealth("guest: wrote");

    if ((word = Word(words, "reset="))) {
        Get(L"LamBootCrashCount", &crashes, 1);
        if (crashes < Number(word)) {
            Print("guest: resets\r\n");
            system->RuntimeServices->ResetSystem(EfiResetCold, EFI_SUCCESS, 0, NULL);
        }
    } else if (Word(words, "poweroff")) {
        Print("guest: powers off\r\n");
        system->RuntimeServices->ResetSystem(EfiResetShutdown, EFI_SUCCESS, 0, NULL);
    }
    Hang();
    return EFI_SUCCESS;
}
