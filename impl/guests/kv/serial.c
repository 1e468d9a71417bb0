// The 16550 serial line: interrupt-driven receive into a ring, polled transmit.
// Spec: machine.md, "Serial port".
#include "kv.h"

enum {
	PORT = 0x3f8,
	PORT_INTERRUPT_ENABLE = PORT + 1,
	PORT_INTERRUPT_ID = PORT + 2,
	PORT_FIFO_CONTROL = PORT + 2,
	PORT_LINE_CONTROL = PORT + 3,
	PORT_MODEM_CONTROL = PORT + 4,
	PORT_LINE_STATUS = PORT + 5,
};
enum { LINE_DATA_READY = 1, LINE_TRANSMIT_EMPTY = 0x20, NO_INTERRUPT_PENDING = 1 };
enum { RING_BYTES = 4096 };

static char ring[RING_BYTES];
static volatile uint32_t ring_written;
static volatile uint32_t ring_read;
static volatile uint32_t dropped;

__attribute__((interrupt)) static void on_serial(struct interrupt_frame *frame)
{
	(void)frame;
	while (!(in8(PORT_INTERRUPT_ID) & NO_INTERRUPT_PENDING)) {
		while (in8(PORT_LINE_STATUS) & LINE_DATA_READY) {
			char byte = (char)in8(PORT);
			if (ring_written - ring_read < RING_BYTES)
				ring[ring_written++ % RING_BYTES] = byte;
			else
				dropped++;
		}
	}
	apic_end_of_interrupt();
}

void serial_start(void)
{
	tables_set_handler(VECTOR_SERIAL, on_serial);
	out8(PORT_LINE_CONTROL, 0x80); // divisor latch
	out8(PORT, 1);
	out8(PORT_INTERRUPT_ENABLE, 0);
	out8(PORT_LINE_CONTROL, 0x03); // eight bits, no parity, one stop bit
	out8(PORT_FIFO_CONTROL, 0x07); // on, both cleared
	out8(PORT_MODEM_CONTROL, 0x0b); // ready, with interrupts
	out8(PORT_INTERRUPT_ENABLE, 0x01); // on received data
}

void serial_put(char byte)
{
	while (!(in8(PORT_LINE_STATUS) & LINE_TRANSMIT_EMPTY))
		;
	out8(PORT, (uint8_t)byte);
}

bool serial_take(char *byte)
{
	if (ring_read == ring_written)
		return false;
	*byte = ring[ring_read % RING_BYTES];
	ring_read++;
	return true;
}

// Sleeps until an interrupt, unless a byte is there: STI takes effect after the HLT that follows.
void serial_wait(void)
{
	__asm__ volatile("cli");
	if (ring_read == ring_written)
		__asm__ volatile("sti; hlt" : : : "memory");
	else
		__asm__ volatile("sti" : : : "memory");
}

uint32_t serial_dropped(void)
{
	return dropped;
}
