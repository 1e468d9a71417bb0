# Entry of a program on a whole machine: multiboot, then 64-bit mode if it is compiled for that. The
# result goes out of the first serial port in hexadecimal; a write to port 0xf4 ends the machine.
        .section .text
        .code32
        .balign 4
header: .long   0x1badb002, 0x10000, -(0x1badb002 + 0x10000)
        .long   header, 0x100000, 0, 0, machine

        .globl  machine
machine:
        cli
        cld
        mov     $0x200000, %esp
        mov     $__bss_start, %edi
        mov     $_end, %ecx
        sub     %edi, %ecx
        xor     %eax, %eax
        rep stosb

#ifdef __x86_64__
# The first GiB one to one, in pages of 2 MiB.
        .set    TABLES, 0x210000
        mov     $TABLES, %edi
        mov     $0x3000 / 4, %ecx
        rep stosl
        movl    $TABLES + 0x1003, TABLES
        movl    $TABLES + 0x2003, TABLES + 0x1000
        mov     $TABLES + 0x2000, %edi
        mov     $0x83, %eax
1:      mov     %eax, (%edi)
        add     $8, %edi
        add     $0x200000, %eax
        cmp     $0x40000083, %eax
        jne     1b
        mov     $TABLES, %eax
        mov     %eax, %cr3
        mov     $0x620, %eax
        mov     %eax, %cr4
        mov     $0xc0000080, %ecx
        rdmsr
        or      $0x100, %eax
        wrmsr
        lgdt    gdtr
        mov     $0x80000011, %eax
        mov     %eax, %cr0
        ljmp    $8, $long
        .balign 8
gdt:    .quad   0, 0x00af9a000000ffff, 0x00cf92000000ffff
gdtr:   .word   gdtr - gdt - 1
        .long   gdt
        .code64
long:   mov     $16, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %ss
        call    program
        mov     %rax, %rbx
        mov     $16, %ecx
2:      rol     $4, %rbx
        mov     %ebx, %eax
        call    digit
        dec     %ecx
        jnz     2b
#else
        call    program
        mov     %eax, %edi
        mov     %edx, %ebx
        mov     $16, %ecx
2:      cmp     $8, %ecx
        jne     3f
        mov     %edi, %ebx
3:      rol     $4, %ebx
        mov     %ebx, %eax
        call    digit
        dec     %ecx
        jnz     2b
#endif
        mov     $'\n', %al
        call    send
        mov     $0xf4, %edx
        xor     %eax, %eax
        out     %al, %dx
4:      hlt
        jmp     4b

digit:  and     $15, %al
        add     $'0', %al
        cmp     $'9', %al
        jbe     send
        add     $'a' - '9' - 1, %al
send:   mov     %al, %ah
        mov     $0x3fd, %edx
5:      in      %dx, %al
        test    $0x20, %al
        jz      5b
        mov     $0x3f8, %edx
        mov     %ah, %al
        out     %al, %dx
        ret

#ifndef __x86_64__
# What gcc calls without being asked, as start.S has it for 64 bits.
        .globl  memset
memset: push    %edi
        mov     8(%esp), %edi
        mov     12(%esp), %eax
        mov     16(%esp), %ecx
        rep stosb
        mov     8(%esp), %eax
        pop     %edi
        ret

        .globl  memcpy
memcpy:
        .globl  memmove
memmove:
        push    %esi
        push    %edi
        mov     12(%esp), %edi
        mov     16(%esp), %esi
        mov     20(%esp), %ecx
        mov     %edi, %eax
        sub     %esi, %eax
        cmp     %ecx, %eax
        jb      6f
        rep movsb
        jmp     7f
6:      lea     -1(%edi,%ecx), %edi
        lea     -1(%esi,%ecx), %esi
        std
        rep movsb
        cld
7:      mov     12(%esp), %eax
        pop     %edi
        pop     %esi
        ret
#endif
