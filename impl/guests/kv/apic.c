// Local interrupt controller: end of interrupt, and a periodic timer that counts its interrupts.
// Spec: machine.md, "Local APIC".
#include "kv.h"

enum {
	APIC_EOI = 0xb0,
	APIC_SPURIOUS = 0xf0,
	APIC_LVT_TIMER = 0x320,
	APIC_TIMER_INITIAL = 0x380,
	APIC_TIMER_DIVIDE = 0x3e0,
};
enum { APIC_ENABLE = 0x100, TIMER_PERIODIC = 0x20000, DIVIDE_BY_ONE = 0xb };

static volatile uint64_t ticks;

static void apic_write(uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)(0xfee00000ul + offset) = value;
}

void apic_end_of_interrupt(void)
{
	apic_write(APIC_EOI, 0);
}

__attribute__((interrupt)) static void on_timer(struct interrupt_frame *frame)
{
	(void)frame;
	ticks++;
	apic_end_of_interrupt();
}

__attribute__((interrupt)) static void on_spurious(struct interrupt_frame *frame)
{
	(void)frame;
}

// The period is in units of the time-stamp counter.
void apic_start(uint32_t timer_period)
{
	tables_set_handler(VECTOR_TIMER, on_timer);
	tables_set_handler(VECTOR_SPURIOUS, on_spurious);
	apic_write(APIC_SPURIOUS, APIC_ENABLE | VECTOR_SPURIOUS);
	apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_ONE);
	apic_write(APIC_LVT_TIMER, TIMER_PERIODIC | VECTOR_TIMER);
	apic_write(APIC_TIMER_INITIAL, timer_period);
}

uint64_t apic_ticks(void)
{
	return ticks;
}

uint64_t time_stamp(void)
{
	uint32_t low, high;
	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}
