; kernel/core/switch.asm - changing kernel stacks, and the double-fault task.

extern double_fault

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

; The double-fault task starts here on a stack of its own.
global double_fault_entry
double_fault_entry:
	add	esp, 4			; the error code, always 0
	call	double_fault
.stop:	hlt
	jmp	.stop

section .note.GNU-stack noalloc noexec nowrite progbits
