/*
 * user/workloads/exit0.c - exit(0) and nothing else; what bench hands to execve
 */
void _start(void)
{
	__asm__ volatile("int $0x80" : : "a"(1), "b"(0));
	__builtin_unreachable();
}
