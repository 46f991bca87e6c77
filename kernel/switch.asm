; kernel/switch.asm - changing kernel stacks, and where a new task begins.

extern kernel_thread_main
extern return_from_trap

section .text

; void switch_to(unsigned long *old_esp, unsigned long new_esp)
; Only what a C function must preserve is saved; interrupts are off.
global switch_to
switch_to:
	mov	eax, [esp + 4]
	mov	edx, [esp + 8]
	push	ebp
	push	ebx
	push	esi
	push	edi
	mov	[eax], esp
	mov	esp, edx
	pop	edi
	pop	esi
	pop	ebx
	pop	ebp
	ret

; A new kernel thread: ebx = function, esi = argument (kernel/sched.c).
global thread_entry
thread_entry:
	xor	ebp, ebp
	push	esi
	push	ebx
	sti
	call	kernel_thread_main

; A new process: its trap_frame is right above.
global fork_entry
fork_entry:
	jmp	return_from_trap

section .note.GNU-stack noalloc noexec nowrite progbits
