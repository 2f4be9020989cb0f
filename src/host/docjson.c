#include "docjson.h"

#include <stdio.h>
#include <string.h>

#include "../model/document.h"

static bool read_value(struct buffer *document, const struct element *element,
                       const json_t *json, struct why *why);

static bool read_text(struct buffer *document, const struct element *element,
                      const json_t *json, struct why *why)
{
    const char *text = json_string_value(json);
    char number[24];

    if (json_is_boolean(json)) {
        text = json_is_true(json) ? "true" : "false";
    } else if (json_is_integer(json)) {
        snprintf(number, sizeof(number), "%lld",
                 (long long)json_integer_value(json));
        text = number;
    }
    if (!text)
        return why_set(why, "%s must be a string", element->name);
    if (!element_check(element, text, strlen(text), why))
        return false;
    document_text(document, element, text, strlen(text));
    return true;
}

static bool knows(const struct element *container, const char *name)
{
    const struct element *element = element_first(container);

    while (element && strcmp(element->name, name) != 0)
        element = element_next(element);
    return element != NULL;
}

static bool read_group(struct buffer *document, const struct element *container,
                       const json_t *json, struct why *why)
{
    const char *name;
    json_t *value;

    if (!json_is_object(json))
        return why_set(why, "%s must be a table with names as keys",
                       container->name);
    json_object_foreach((json_t *)json, name, value)
    {
        if (!knows(container, name))
            return why_set(why, "%s has no element \"%.64s\"", container->name,
                           name);
    }
    if (container->kind == ELEMENT_CHOICE && json_object_size(json) != 1)
        return why_set(why, "%s must have exactly one element",
                       container->name);
    for (const struct element *element = element_first(container); element;
         element = element_next(element)) {
        value = json_object_get(json, element->name);
        if (value && !read_value(document, element, value, why))
            return why_prefix(why, "%s: ", container->name);
    }
    return true;
}

static bool read_list(struct buffer *document, const struct element *container,
                      const json_t *json, struct why *why)
{
    bool is_empty = json_is_object(json) && json_object_size(json) == 0;

    if (!json_is_array(json) && !is_empty)
        return why_set(why, "%s must be a list", container->name);
    for (size_t i = 0; i < json_array_size(json); i++) {
        if (!read_value(document, element_first(container),
                        json_array_get(json, i), why))
            return why_prefix(why, "%s: ", container->name);
    }
    return true;
}

static bool read_value(struct buffer *document, const struct element *element,
                       const json_t *json, struct why *why)
{
    bool fine;

    if (!element_contains(element))
        return read_text(document, element, json, why);
    document_open(document, element);
    fine = element->kind == ELEMENT_LIST
               ? read_list(document, element, json, why)
               : read_group(document, element, json, why);
    document_close(document);
    return fine;
}

char *docjson_read(const struct element *root, const json_t *json,
                   struct why *why)
{
    struct buffer document;
    char *text;

    buffer_init(&document);
    if (!read_value(&document, root, json, why)) {
        buffer_done(&document);
        return NULL;
    }
    text = buffer_take(&document);
    if (!text)
        why_set(why, "out of memory");
    return text;
}

/* Move a value into its container. False: out of memory. */
static bool put(json_t *container, const struct element *in, const char *name,
                json_t *value)
{
    return (in->kind == ELEMENT_LIST
                ? json_array_append_new(container, value)
                : json_object_set_new(container, name, value)) == 0;
}

json_t *docjson_write(const char *document)
{
    struct document_reader reader;
    json_t *open[DOCUMENT_DEPTH] = {NULL}, *root = NULL;
    enum document_step step;
    bool fine = true;

    document_start(&reader, document);
    while (fine && (step = document_step(&reader)) != DOCUMENT_END) {
        const struct element *element = reader.element;
        size_t above = reader.depth - (step == DOCUMENT_OPEN);
        json_t *value;

        if (step == DOCUMENT_CLOSE)
            continue;
        if (step == DOCUMENT_TEXT)
            value = json_stringn(reader.text, reader.length);
        else
            value = open[above] =
                element->kind == ELEMENT_LIST ? json_array() : json_object();
        if (above == 0)
            root = value;
        fine =
            value && (above == 0 || put(open[above - 1], reader.open[above - 1],
                                        element->name, value));
    }
    if (fine)
        return root;
    json_decref(root);
    return NULL;
}
