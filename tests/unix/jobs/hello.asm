; tests/unix/jobs/hello.asm - bare calls of the kernel, for nasm
global _start
section .data
text:	db "assembled", 10
size	equ $ - text
section .text
_start:	mov eax, 4
	mov ebx, 1
	mov ecx, text
	mov edx, size
	int 0x80
	mov eax, 1
	mov ebx, 42
	int 0x80
