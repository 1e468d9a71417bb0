// Entry, descriptor tables and the main loop.
// The machine enters here in long mode with interrupts off and no tables of its own.
// Spec: machine.md, "Entry state".
#include "kv.h"

struct table_register {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint16_t flags;
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
};

// The selectors with which the machine enters, so that both tables mean the same.
enum { CODE_SELECTOR = 0x10, DATA_SELECTOR = 0x18, INTERRUPT_GATE = 0x8e00 };

// Two unused, 64-bit code, data.
static const uint64_t segments[4] = {0, 0, 0x00af9b000000ffff, 0x00cf93000000ffff};
static struct gate gates[256];

void tables_set_handler(uint8_t vector, void (*handler)(struct interrupt_frame *))
{
	uint64_t address = (uint64_t)handler;
	gates[vector] = (struct gate){
		.offset_low = (uint16_t)address,
		.selector = CODE_SELECTOR,
		.flags = INTERRUPT_GATE,
		.offset_middle = (uint16_t)(address >> 16),
		.offset_high = (uint32_t)(address >> 32),
	};
}

// Any exception is a defect of this program: say so and stop for good.
__attribute__((interrupt)) static void on_exception(struct interrupt_frame *frame)
{
	(void)frame;
	print("exception\r\n");
	for (;;)
		__asm__ volatile("cli; hlt");
}

void tables_load(void)
{
	struct table_register gdt = {sizeof segments - 1, (uint64_t)segments};
	struct table_register idt = {sizeof gates - 1, (uint64_t)gates};
	for (uint32_t vector = 0; vector < 32; vector++)
		tables_set_handler((uint8_t)vector, on_exception);
	__asm__ volatile("lgdt %0" : : "m"(gdt));
	__asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%ss" : : "r"((uint64_t)DATA_SELECTOR));
	__asm__ volatile("lidt %0" : : "m"(idt));
}

static char line[256];

// Collects a line; what does not fit is refused as a whole when the line ends.
static void run_lines(void)
{
	uint32_t size = 0;
	for (;;) {
		char byte;
		while (!serial_take(&byte))
			serial_wait();
		if (byte == '\r')
			continue;
		if (byte != '\n') {
			if (size < sizeof line)
				line[size++] = byte;
			continue;
		}
		if (size == sizeof line)
			size = 0, text_copy(line, "too-long", sizeof line);
		else
			line[size] = 0;
		shell_run(line);
		size = 0;
	}
}

__attribute__((noreturn, used, section(".text.entry"))) void entry(void)
{
	tables_load();
	apic_start(10000000);
	serial_start();
	__asm__ volatile("sti");
	print("kv ready, type help\r\n");
	run_lines();
	__builtin_unreachable();
}
