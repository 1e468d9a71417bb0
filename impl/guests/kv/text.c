// Strings and numbers without a C library, and the two functions gcc may call by itself.
#include "kv.h"

void *memset(void *to, int byte, unsigned long size)
{
	unsigned char *bytes = to;
	for (unsigned long at = 0; at < size; at++)
		bytes[at] = (unsigned char)byte;
	return to;
}

void *memcpy(void *to, const void *from, unsigned long size)
{
	void *start = to;
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
	return start;
}

bool text_equal(const char *left, const char *right)
{
	while (*left && *left == *right)
		left++, right++;
	return *left == *right;
}

// Copies what fits with its closing zero; returns the length of the whole.
uint32_t text_copy(char *to, const char *from, uint32_t size)
{
	uint32_t length = 0;
	for (; from[length]; length++)
		if (length + 1 < size)
			to[length] = from[length];
	to[length < size ? length : size - 1] = 0;
	return length;
}

// Cuts the next word off and returns it; an empty word where there is none.
char *text_next_word(char **rest)
{
	char *at = *rest;
	while (*at == ' ')
		at++;
	char *word = at;
	while (*at && *at != ' ')
		at++;
	if (*at)
		*at++ = 0;
	*rest = at;
	return word;
}

void print(const char *text)
{
	while (*text)
		serial_put(*text++);
}

void print_number(uint64_t value)
{
	char digits[21];
	uint32_t at = sizeof digits - 1;
	digits[at] = 0;
	do
		digits[--at] = (char)('0' + value % 10);
	while (value /= 10);
	print(digits + at);
}
