// The table of keys and values: an array in order of insertion, found by a hash over open slots.
#include "kv.h"

enum { SLOTS = 2 * KEYS_MAX };

struct pair {
	char key[KEY_BYTES_MAX + 1];
	char value[VALUE_BYTES_MAX + 1];
};

static struct pair pairs[KEYS_MAX];
static uint16_t slots[SLOTS]; // index into pairs plus one; zero is free
static uint32_t count;

static uint32_t hash(const char *key)
{
	uint32_t value = 2166136261u;
	while (*key)
		value = (value ^ (uint8_t)*key++) * 16777619u;
	return value;
}

static uint16_t *find_slot(const char *key)
{
	uint32_t at = hash(key) % SLOTS;
	while (slots[at] && !text_equal(pairs[slots[at] - 1].key, key))
		at = (at + 1) % SLOTS;
	return &slots[at];
}

static void rebuild_slots(void)
{
	for (uint32_t at = 0; at < SLOTS; at++)
		slots[at] = 0;
	for (uint32_t index = 0; index < count; index++)
		*find_slot(pairs[index].key) = (uint16_t)(index + 1);
}

static uint32_t text_length(const char *text)
{
	uint32_t length = 0;
	while (text[length])
		length++;
	return length;
}

enum store_result store_set(const char *key, const char *value)
{
	if (text_length(key) > KEY_BYTES_MAX || text_length(value) > VALUE_BYTES_MAX)
		return STORE_TOO_LONG;
	uint16_t *slot = find_slot(key);
	if (!*slot) {
		if (count == KEYS_MAX)
			return STORE_FULL;
		text_copy(pairs[count].key, key, KEY_BYTES_MAX + 1);
		*slot = (uint16_t)++count;
	}
	text_copy(pairs[*slot - 1].value, value, VALUE_BYTES_MAX + 1);
	return STORE_OK;
}

const char *store_get(const char *key)
{
	uint16_t *slot = find_slot(key);
	return *slot ? pairs[*slot - 1].value : 0;
}

bool store_delete(const char *key)
{
	uint16_t *slot = find_slot(key);
	if (!*slot)
		return false;
	for (uint32_t index = *slot; index < count; index++)
		pairs[index - 1] = pairs[index];
	count--;
	rebuild_slots();
	return true;
}

uint32_t store_count(void)
{
	return count;
}

const char *store_key_at(uint32_t index)
{
	return pairs[index].key;
}
