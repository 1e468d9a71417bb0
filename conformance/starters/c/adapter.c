/* An adapter of lockstep/1 in C11, without libraries. The loop is whole; the node is yours to write.
 *
 * Standard output is for the protocol only, one JSON object a line, flushed after each line; logs go
 * to standard error. Counters and instants are decimal strings, bytes are base64. */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Reading JSON: a value is a pointer to its first character; the runner's lines are well formed. */

static const char *skip_string(const char *at) {
    for (at += 1; *at != '"' && *at != '\0'; at += 1)
        if (*at == '\\' && at[1] != '\0') at += 1;
    return *at == '"' ? at + 1 : at;
}

static const char *skip_value(const char *at) {
    int depth = 0;
    while (*at != '\0') {
        if (*at == '"') {
            at = skip_string(at);
        } else {
            if ((*at == '}' || *at == ']' || *at == ',') && depth == 0) return at;
            if (*at == '{' || *at == '[') depth += 1;
            if (*at == '}' || *at == ']') depth -= 1;
            at += 1;
        }
        if (depth == 0 && (*at == ',' || *at == '}' || *at == ']')) return at;
    }
    return at;
}

/* The value of a field of an object, or NULL. */
static const char *member(const char *object, const char *name) {
    size_t length = strlen(name);
    const char *at = object;
    if (at == NULL || *at != '{') return NULL;
    while (*at != '}' && *at != '\0') {
        at += 1 + strspn(at + 1, " ");
        if (*at != '"') return NULL;
        const char *key = at + 1;
        const char *end = skip_string(at);
        bool is_it = (size_t)(end - key) == length + 1 && strncmp(key, name, length) == 0;
        at = end + strspn(end, " :");
        if (is_it) return at;
        at = skip_value(at);
    }
    return NULL;
}

/* Whether a value is this string. */
static bool is_text(const char *value, const char *text) {
    size_t length = strlen(text);
    return value != NULL && *value == '"' && strncmp(value + 1, text, length) == 0 &&
           value[length + 1] == '"';
}

/* --- Answering. */

static long id;

static void result(const char *json) { printf("{\"id\":%ld,\"result\":%s}\n", id, json); }

static void unsupported(const char *what) {
    printf("{\"id\":%ld,\"error\":{\"code\":\"unsupported\",\"text\":\"no such %s is known\"}}\n", id,
           what);
}

/* What was done, in order ({"node":"p","effect":{"type":...}},...), and the earliest instant at
 * which something is due: "\"170000000\"" or "null". */
static void outcome(const char *effects, const char *next) {
    printf("{\"id\":%ld,\"result\":{\"effects\":[%s],\"next\":%s}}\n", id, effects, next);
}

/* --- The node. An operation that cannot be carried out has the result
 *     {"effects":[],"next":null,"refused":{"code":"not-owner"}}. */

/* What a node can be given. Write one after the other, beginning with manager.start. */
static const char *const inputs[] = {
    "manager.start",    "manager.protect",           "manager.power-off",
    "manager.suspend",  "manager.resume",            "manager.turn-off",
    "manager.restart-secondary", "manager.replace-backup", "manager.test-failover",
    "guest.input",      "guest.output",              "guest.copied",
    "guest.saved",      "guest.loaded",              "guest.applied",
    "guest.diverged",   "channel.opened",            "channel.arrived",
    "channel.closed",   "datagram.arrived",          "arbiter.answered",
    "arbiter.failed",   "disk.answered",
};

static void step(const char *params) {
    const char *type = member(member(params, "input"), "type");
    for (size_t at = 0; at < sizeof inputs / sizeof inputs[0]; at += 1) {
        if (!is_text(type, inputs[at])) continue;
        fprintf(stderr, "not written yet: %s\n", inputs[at]);
        outcome("", "null");
        return;
    }
    unsupported("input");
}

/* Answers one request; false: it was the last. */
static bool answer(const char *line) {
    const char *asked = member(line, "id");
    const char *method = member(line, "method");
    id = asked == NULL ? 0 : strtol(asked, NULL, 10);
    if (is_text(method, "hello")) {
        /* When every fact can be observed: true, and a method observe (spec/conformance.md). */
        result("{\"protocol\":\"lockstep/1\",\"implementation\":{\"name\":\"my-node\",\"version\":"
               "\"0.1.0\",\"language\":\"C\"},\"capabilities\":{\"observe\":false}}");
    } else if (is_text(method, "reset")) {
        outcome("", "null"); /* Forget every node, and begin those that params names. */
    } else if (is_text(method, "step")) {
        step(member(line, "params"));
    } else if (is_text(method, "advance")) {
        outcome("", "null"); /* The clock is at "to": what was due by then is done. */
    } else if (is_text(method, "bye")) {
        result("{}");
        return false;
    } else {
        unsupported("method");
    }
    return true;
}

int main(void) {
    enum { line_bytes_max = 1 << 20 };
    static char line[line_bytes_max + 2];
    while (fgets(line, sizeof line, stdin) != NULL) {
        bool goes_on = answer(line);
        fflush(stdout);
        if (!goes_on) break;
    }
    return 0;
}
