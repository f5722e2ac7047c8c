// Boot entries as created by a guest's efibootmgr, and which of them the firmware has booted.
#define FIRST_ENTRY 0x100
static EFI_GUID Global = {0x8BE4DF61, 0x93CA, 0x11D2, {0xAA, 0x0D, 0x00, 0xE0, 0x98, 0x03, 0x2B, 0x8C}};
static EFI_GUID LoadedImage = {0x5B1B31A1, 0x9562, 0x11D2, {0x8E, 0x3F, 0x00, 0xA0, 0xC9, 0x69, 0x72, 0x3B}};
static EFI_GUID DevicePath = {0x09576E91, 0x6D3F, 0x11D2, {0x8E, 0x39, 0x00, 0xA0, 0xC9, 0x69, 0x72, 0x3B}};

static void PrintBootCurrent(void) {
    UINT8 current[2];
    UINTN size = sizeof current;
    if (System->RuntimeServices->GetVariable(L"BootCurrent", &Global, NULL, &size, current) == EFI_SUCCESS) {
        Print("guest: entry ");
        PrintHex(current + 1, 1);
        PrintHex(current, 1);
        Print("\r\n");
    }
}

/* The size of a device path's nodes in bytes, without the end node. */
static UINTN PathSize(const UINT8 *path) {
    UINTN size = 0;
    while (path[size] != 0x7f) {
        size += (UINTN)(path[size + 2] | path[size + 3] << 8);
    }
    return size;
}

static UINT8 *Copy(UINT8 *to, const UINT8 *from, UINTN size) {
    for (UINTN i = 0; i < size; i++) {
        to[i] = from[i];
    }
    return to + size;
}

/* An EFI_LOAD_OPTION that loads this image: attributes, length of the path, a description, the path. */
static UINTN LoadOption(EFI_HANDLE image, UINT8 *option) {
    EFI_LOADED_IMAGE *loaded;
    UINT8 *device, *file, *end;
    System->BootServices->HandleProtocol(image, &LoadedImage, (void **)&loaded);
    System->BootServices->HandleProtocol(loaded->DeviceHandle, &DevicePath, (void **)&device);
    file = (UINT8 *)loaded->FilePath;
    UINTN path = PathSize(device) + PathSize(file) + 4;
    const UINT8 head[] = {1, 0, 0, 0, (UINT8)path, (UINT8)(path >> 8)};
    end = Copy(option, head, sizeof head);
    end = Copy(end, (const UINT8 *)L"guest", sizeof L"guest");
    end = Copy(end, device, PathSize(device));
    end = Copy(end, file, PathSize(file) + 4);
    return (UINTN)(end - option);
}

static void AddEntries(EFI_HANDLE image, UINTN count) {
    static UINT8 option[1024], order[512];
    UINT32 attributes = EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS;
    UINTN size = LoadOption(image, option), orderSize = sizeof order - 2 * count;
    if (System->RuntimeServices->GetVariable(L"BootOrder", &Global, NULL, &orderSize, order) != EFI_SUCCESS) {
        orderSize = 0;
    }
    for (UINTN i = 0; i < count; i++) {
        CHAR16 name[] = L"Boot0100";
        name[7] = (CHAR16)('0' + i);
        System->RuntimeServices->SetVariable(name, &Global, attributes, size, option);
        order[orderSize++] = (UINT8)(FIRST_ENTRY + i);
        order[orderSize++] = (UINT8)((FIRST_ENTRY + i) >> 8);
    }
    System->RuntimeServices->SetVariable(L"BootOrder", &Global, attributes, orderSize, order);
}
