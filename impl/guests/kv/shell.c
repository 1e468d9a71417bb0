// The commands. Every answer line ends with the time-stamp counter and the count of timer
// interrupts, so that what the world sees depends on every kind of nondeterminism.
#include "kv.h"

static void end_line(void)
{
	print(" [tsc=");
	print_number(time_stamp());
	print(" ticks=");
	print_number(apic_ticks());
	print("]\r\n");
}

static void answer(const char *text)
{
	print(text);
	end_line();
}

static void command_set(const char *key, const char *value)
{
	switch (store_set(key, value)) {
	case STORE_OK:
		answer("ok");
		break;
	case STORE_FULL:
		answer("error: the store is full: delete a key first");
		break;
	case STORE_TOO_LONG:
		answer("error: too long: a key has at most 31 bytes, a value 127");
		break;
	}
}

static void command_get(const char *key)
{
	const char *value = store_get(key);
	if (!value) {
		answer("error: no such key");
		return;
	}
	print("value ");
	answer(value);
}

static void command_list(void)
{
	for (uint32_t index = 0; index < store_count(); index++) {
		const char *key = store_key_at(index);
		print("key ");
		print(key);
		print("=");
		answer(store_get(key));
	}
	answer("end");
}

static void command_count(void)
{
	print("count ");
	print_number(store_count());
	end_line();
}

static void command_time(void)
{
	print("time, bytes dropped ");
	print_number(serial_dropped());
	end_line();
}

// The machine stops at this write; nothing runs after it.
static void command_off(void)
{
	answer("off");
	out16(0x604, 0x2000);
}

void shell_run(char *line)
{
	char *rest = line;
	char *command = text_next_word(&rest);
	char *key = text_next_word(&rest);
	bool has_value = *rest != 0;

	if (!*command)
		return;
	if (text_equal(command, "set") && *key && has_value)
		command_set(key, rest);
	else if (text_equal(command, "get") && *key && !has_value)
		command_get(key);
	else if (text_equal(command, "del") && *key && !has_value)
		answer(store_delete(key) ? "ok" : "error: no such key");
	else if (text_equal(command, "list") && !*key)
		command_list();
	else if (text_equal(command, "count") && !*key)
		command_count();
	else if (text_equal(command, "time") && !*key)
		command_time();
	else if (text_equal(command, "off") && !*key)
		command_off();
	else if (text_equal(command, "help") && !*key)
		answer("set KEY VALUE, get KEY, del KEY, list, count, time, off, help");
	else
		answer("error: not a command, or wrong number of words: type help");
}
