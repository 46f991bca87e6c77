; kernel/process/entry.asm - the ways into the kernel: exceptions, interrupts,
; system calls; where a new task begins; and the one way back.
;
; Every entry builds a struct trap_frame (kernel/core/trap.h) and calls C with
; its address.  On the way out a segment register that user mode has made
; unloadable is replaced by 0.  For a stack segment no replacement exists, so
; the faulting iret becomes an exception in user mode (the __ex_table entries at
; the end).

extern trap_dispatch
extern irq_dispatch
extern return_to_user
extern do_syscall
extern kernel_thread_main

KERNEL_DS		equ 0x10
GENERAL_PROTECTION	equ 13

%macro SAVE_ALL 0
	push	gs
	push	fs
	push	es
	push	ds
	push	eax
	push	ebp
	push	edi
	push	esi
	push	edx
	push	ecx
	push	ebx
	mov	edx, KERNEL_DS
	mov	ds, edx
	mov	es, edx
	xor	edx, edx		; a user's selector may become
	mov	fs, edx			; unloadable while the kernel runs:
	mov	gs, edx			; nested frames must not hold it
	cld
%endmacro

%macro RESTORE_AND_IRET 1
	pop	ebx
	pop	ecx
	pop	edx
	pop	esi
	pop	edi
	pop	ebp
	pop	eax
%1_ds:	pop	ds
%1_es:	pop	es
%1_fs:	pop	fs
%1_gs:	pop	gs
	add	esp, 8			; vector and error code
%1_iret: iret
%endmacro

section .text

; Exceptions: those with an error code of their own, and those without.
%macro EXCEPTION 1
trap_%1:
	%if %1 = 8 || (%1 >= 10 && %1 <= 14) || %1 = 17
	%else
	push	0
	%endif
	push	%1
	jmp	exception_common
%endmacro

%macro INTERRUPT 1
irq_%1:
	push	-1
	push	%1 + 32
	jmp	interrupt_common
%endmacro

%assign n 0
%rep 32
	EXCEPTION n
%assign n n + 1
%endrep

%assign n 0
%rep 16
	INTERRUPT n
%assign n n + 1
%endrep

exception_common:
	SAVE_ALL
	mov	eax, esp
	push	eax
	call	trap_dispatch
	add	esp, 4
	jmp	return_from_trap

interrupt_common:
	SAVE_ALL
	mov	eax, esp
	push	eax
	call	irq_dispatch
	add	esp, 4
	mov	eax, esp
	push	eax
	call	return_to_user
	add	esp, 4

global return_from_trap
return_from_trap:
	RESTORE_AND_IRET trap

global syscall_entry
syscall_entry:
	push	eax			; the number, where errors go
	push	0x80
	SAVE_ALL
	sti
	mov	eax, esp
	push	eax
	call	do_syscall		; interrupts are off again
	add	esp, 4
	RESTORE_AND_IRET sys

; A new kernel thread: ebx = function, esi = argument (kernel/process/task.c).
global thread_entry
thread_entry:
	xor	ebp, ebp
	push	esi
	push	ebx
	sti
	call	kernel_thread_main

; A new process: its trap_frame is on top of the stack.
global fork_entry
fork_entry:
	jmp	return_from_trap

; A selector that cannot be loaded becomes 0 and is popped again.
%macro FIXUP 2
fix_%1_%2:
	mov	dword [esp], 0
	jmp	%1_%2
%endmacro
	FIXUP trap, ds
	FIXUP trap, es
	FIXUP trap, fs
	FIXUP trap, gs
	FIXUP sys, ds
	FIXUP sys, es
	FIXUP sys, fs
	FIXUP sys, gs

; iret faulted: the other user registers are loaded, and the stack holds what an
; exception in user mode pushes.
fix_iret:
	push	0
	push	GENERAL_PROTECTION
	jmp	exception_common

section .rodata
global trap_stubs
trap_stubs:
%assign n 0
%rep 32
	dd trap_ %+ n
%assign n n + 1
%endrep
global irq_stubs
irq_stubs:
%assign n 0
%rep 16
	dd irq_ %+ n
%assign n n + 1
%endrep

section __ex_table alloc noexec nowrite progbits align=4
	dd trap_ds, fix_trap_ds, trap_es, fix_trap_es
	dd trap_fs, fix_trap_fs, trap_gs, fix_trap_gs
	dd sys_ds, fix_sys_ds, sys_es, fix_sys_es
	dd sys_fs, fix_sys_fs, sys_gs, fix_sys_gs
	dd trap_iret, fix_iret, sys_iret, fix_iret

section .note.GNU-stack noalloc noexec nowrite progbits
