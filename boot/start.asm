; boot/start.asm - from the loader to C: the Multiboot header, the first page
; directory, the jump to the higher half.
;
; The loader enters at the physical address of _start with paging off, eax =
; the magic, ebx = the information's physical address.  The directory maps
; 896 MiB of physical memory at 0xC0000000 with 4 MiB pages, and the first
; 4 MiB at 0 until the jump; mm/heap/kmap.c keeps it as the kernel's directory.
; On a processor that cannot run the C code it prints a message.

KERNEL_BASE	equ 0xC0000000
PDE_BIG		equ 0x83		; present, writable, 4 MiB
DIRECT_PDES	equ 224			; 896 MiB
BOOT_STACK	equ 8192
EFLAGS_ID	equ 1 << 21		; writable if CPUID exists
CPU_WANTED	equ 1 << 3 | 1 << 4 | 1 << 15	; CPUID's PSE, TSC, CMOV

section .multiboot alloc noexec nowrite progbits align=4
MB_FLAGS	equ 3			; page-aligned modules, memory info
	dd 0x1BADB002
	dd MB_FLAGS
	dd -(0x1BADB002 + MB_FLAGS)

section .bss align=4096
global boot_pgdir
boot_pgdir:	resb 4096
global boot_stack
boot_stack:	resb BOOT_STACK

section .text
global _start
extern kernel_main

_start:
	cli
	cld
	mov	esp, boot_stack + BOOT_STACK - KERNEL_BASE
	mov	esi, eax		; magic
	mov	edi, ebx		; CPUID changes ebx
	pushfd
	xor	dword [esp], EFLAGS_ID
	mov	ecx, [esp]
	popfd
	pushfd
	xor	ecx, [esp]
	test	ecx, EFLAGS_ID
	jnz	.too_old
	mov	eax, 1
	cpuid
	not	edx
	test	edx, CPU_WANTED
	jnz	.too_old
	mov	ebx, edi
	mov	edi, boot_pgdir - KERNEL_BASE
	mov	eax, PDE_BIG
	mov	[edi], eax		; identity, for the next instructions
	lea	edx, [edi + (KERNEL_BASE >> 22) * 4]
	mov	ecx, DIRECT_PDES
.map:
	mov	[edx], eax
	add	eax, 0x400000
	add	edx, 4
	loop	.map

	mov	eax, cr4
	or	eax, 0x10		; PSE: 4 MiB pages
	mov	cr4, eax
	mov	cr3, edi
	mov	eax, cr0
	or	eax, 0x80010000		; paging, write protection in ring 0
	mov	cr0, eax
	mov	eax, .high
	jmp	eax
.high:
	mov	dword [boot_pgdir], 0
	mov	eax, cr3
	mov	cr3, eax
	mov	esp, boot_stack + BOOT_STACK
	xor	ebp, ebp		; the backtrace ends here
	push	ebx
	push	esi
	push	0			; kernel_main's "return address"
	jmp	kernel_main

.too_old:
	mov	esi, too_old - KERNEL_BASE
	mov	edi, 0xb8000		; the screen
	mov	ah, 0x0f		; white on black
.char:
	mov	edx, 0x3f8 + 5		; COM1
	in	al, dx
	test	al, 0x20		; its holding register is empty
	jz	.char
	lodsb
	stosw
	mov	edx, 0x3f8
	out	dx, al
	cmp	esi, too_old.end - KERNEL_BASE
	jb	.char
	mov	al, 0x14		; END_REFUSED of kernel/base/power.h
	out	0xf4, al
	hlt

section .rodata
too_old:
	db	"launder: refused: this processor lacks CPUID, PSE, TSC or CMOV"
	db	": an i686 is needed (QEMU: -cpu pentium3)", 10
	db	"launder: end refused", 10
.end:

section .note.GNU-stack noalloc noexec nowrite progbits
