# Entry of a test program on the engine: a stack, the program, its result in RAX, HLT. Linkers place
# this section before all other code, so that the image begins with the entry.
        .section .text.unlikely, "ax"
        .globl _start
_start: mov     $0x200000, %esp
        call    program
        hlt
        .section .note.GNU-stack, "", @progbits

# What gcc calls without being asked: the three movers, by repeated string instructions.
        .text
        .globl memset
memset: mov     %rdi, %r8
        mov     %rdx, %rcx
        mov     %esi, %eax
        rep stosb
        mov     %r8, %rax
        ret

        .globl memcpy
memcpy:
        .globl memmove
memmove:
        mov     %rdi, %rax
        mov     %rdx, %rcx
        mov     %rdi, %r8
        sub     %rsi, %r8
        cmp     %rdx, %r8
        jb      1f
        rep movsb
        ret
1:      lea     -1(%rdi,%rcx), %rdi
        lea     -1(%rsi,%rcx), %rsi
        std
        rep movsb
        cld
        ret
