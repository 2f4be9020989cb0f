#include "names.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../model/text.h"
#include "../wire/framing.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static bool read_hosts(struct names *names, const char *hosts, struct why *why)
{
    if (strlen(hosts) >= sizeof(names->hosts))
        return why_set(why, "the host names are longer than %zu bytes",
                       sizeof(names->hosts) - 1);
    for (const char *at = hosts; *at;) {
        size_t length = strcspn(at, ",");

        if (strspn(at, LETTERS DIGITS "-.") != length ||
            strspn(at, LETTERS DIGITS) == 0)
            return why_set(why,
                           "host \"%.*s\": a name has letters, digits, hyphens "
                           "and dots, the first none of the last two, and no "
                           "port",
                           (int)(length < 255 ? length : 255), at);
        at += length + (at[length] == ',');
    }
    memcpy(names->hosts, hosts, strlen(hosts) + 1);
    return true;
}

/* "/a/b", of which no client can have a second spelling. */
static bool read_prefix(struct names *names, const char *prefix,
                        struct why *why)
{
    struct target *target = &names->prefix;
    size_t length = strlen(prefix);
    bool fine;

    if (length > 2 && prefix[length - 1] == '/')
        length--; /* "/a/" is meant as "/a" */
    if (length <= 1 && (length == 0 || *prefix == '/'))
        return true;
    fine = *prefix == '/' && length <= NAMES_PREFIX;
    if (fine) {
        memcpy(names->prefix_text, prefix, length);
        names->prefix_text[length] = '\0';
        fine = strspn(names->prefix_text, LETTERS DIGITS "-._~/") == length &&
               !target_parse(target, names->prefix_text) &&
               target->n_segments <= NAMES_SEGMENTS;
    }
    for (size_t i = 0; fine && i < target->n_segments; i++)
        fine = target->segments[i].length > 0 &&
               target->segments[i].data[0] != '.' &&
               target->segments[i].data[0] != '_';
    return fine ||
           why_set(why,
                   "prefix \"%.80s\": must be of the form /a or /a/b/c, of "
                   "letters, digits and -._~, at most %d bytes; no part begins "
                   "with a dot or an underscore",
                   prefix, NAMES_PREFIX);
}

bool names_parse(struct names *names, const char *hosts, const char *prefix,
                 struct why *why)
{
    names->hosts[0] = names->prefix_text[0] = '\0';
    names->prefix.n_segments = 0;
    return (!hosts || read_hosts(names, hosts, why)) &&
           (!prefix || read_prefix(names, prefix, why));
}

static bool is_loopback(const char *host, size_t length)
{
    return (length == 9 && strncasecmp(host, "localhost", 9) == 0) ||
           (strncmp(host, "127.", 4) == 0 &&
            strspn(host, DIGITS ".") == length);
}

bool names_has(const struct names *names, const char *host)
{
    size_t length = strcspn(host, ":");

    if (strncmp(host, "[::1]", 5) == 0)
        return host[5] == '\0' || host[5] == ':';
    if (is_loopback(host, length))
        return true;
    for (const char *at = names->hosts; *at;) {
        size_t known = strcspn(at, ",");

        if (known == length && strncasecmp(at, host, length) == 0)
            return true;
        at += known + (at[known] == ',');
    }
    return false;
}

bool names_space_is_fine(const char *name, size_t length)
{
    return length > 0 && length <= SPACE_NAME_MOST &&
           strspn(name, LETTERS DIGITS "._-") == length;
}

static void take_name(struct names_place *place, const char *name,
                      size_t length)
{
    place->fine = names_space_is_fine(name, length);
    if (place->fine)
        memcpy(place->space, name, length);
    place->space[place->fine ? length : 0] = '\0';
}

void names_find_place(const struct names *names,
                      const struct jobgate_request *request,
                      struct target *target, struct names_place *ret_place)
{
    const char *header = framing_header(request, NAMES_SPACE_HEADER, NULL);
    struct names_place *place = ret_place;
    size_t length;

    place->fine = true;
    place->space[0] = '\0';
    place->below = target_strip(target, &names->prefix);
    if (target->n_segments > 2 &&
        target_segment_is(target, 0, NAMES_SPACE_SEGMENT)) {
        take_name(place, target->segments[1].data, target->segments[1].length);
        target_skip(target, 2);
        if (!place->below)
            place->below = target_strip(target, &names->prefix);
    } else if (header) {
        header = text_trim(header, &length);
        take_name(place, header, length);
    }
}
