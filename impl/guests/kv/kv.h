// The interfaces between the parts of the key-value guest.
// Freestanding: no C library, general registers only, one processor, no paging of its own.
// Spec: machine.md, "The guest's view".
#ifndef KV_H
#define KV_H

#include <stdbool.h>
#include <stdint.h>

// Vectors. The serial line's is fixed by the machine; the others are the guest's choice.
enum { VECTOR_SERIAL = 0x24, VECTOR_TIMER = 0x30, VECTOR_SPURIOUS = 0xff };

struct interrupt_frame;

// boot.c: descriptor tables
void tables_load(void);
void tables_set_handler(uint8_t vector, void (*handler)(struct interrupt_frame *));

// apic.c: local interrupt controller and its timer
void apic_start(uint32_t timer_period);
void apic_end_of_interrupt(void);
uint64_t apic_ticks(void);
uint64_t time_stamp(void);

// serial.c: the line to the outside
void serial_start(void);
void serial_put(char byte);
bool serial_take(char *byte);
void serial_wait(void);
uint32_t serial_dropped(void);

// text.c: strings and numbers
bool text_equal(const char *left, const char *right);
uint32_t text_copy(char *to, const char *from, uint32_t size);
char *text_next_word(char **rest);
void print(const char *text);
void print_number(uint64_t value);

// store.c: the table of keys and values
enum { KEY_BYTES_MAX = 31, VALUE_BYTES_MAX = 127, KEYS_MAX = 256 };
enum store_result { STORE_OK, STORE_FULL, STORE_TOO_LONG };
enum store_result store_set(const char *key, const char *value);
const char *store_get(const char *key);
bool store_delete(const char *key);
uint32_t store_count(void);
const char *store_key_at(uint32_t index);

// shell.c: the commands
void shell_run(char *line);

static inline void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void out16(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t in8(uint16_t port)
{
	uint8_t value;
	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

#endif
