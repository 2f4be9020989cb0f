#include "submission.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../model/document.h"
#include "../model/text.h"
#include "xmlread.h"

const struct error *submission_priority(const char *text, size_t length,
                                        struct readings readings,
                                        long long *ret_priority)
{
    bool zero_is_fine = !readings_get(readings, READING_PRIORITY_ZERO);
    unsigned long long priority;

    if (!text_number(text, length, JOB_INTEGER_MOST, &priority) ||
        (priority == 0 && !zero_is_fine))
        return readings_get(readings, READING_PRIORITY_OUT_OF_RANGE)
                   ? &error_rows[ROW_E28]
                   : &error_rows[ROW_E04];
    *ret_priority = (long long)priority;
    return NULL;
}

/* ---- containers --------------------------------------------------------- */

/* A container on its way into a document. */
struct filling {
    struct buffer document;
    const struct error *malformed; /* its row */
    struct readings readings;
};

static const struct error *read_contents(struct filling *filling,
                                         const struct xmlread_node *node,
                                         const struct element *container);

/* C17: of the two words for replacing one is known. */
static bool directive_is_known(const struct filling *filling, const char *text)
{
    int other = !readings_get(filling->readings, READING_TAGGING_DIRECTIVE);

    return strcmp(
               text,
               reading_rows[READING_TAGGING_DIRECTIVE].alternatives[other]) !=
           0;
}

static const struct error *read_text(struct filling *filling,
                                     const struct xmlread_node *node,
                                     const struct element *element)
{
    char *text = xmlread_text(node);
    const struct error *error = NULL;
    struct why why; /* the wire has a row for it, and no more */

    if (!text)
        error = &error_rows[ROW_E25];
    else if (!element_check(element, text, strlen(text), &why))
        error = element->kind == ELEMENT_BOOLEAN ? &error_rows[ROW_E02]
                                                 : filling->malformed;
    else if (strcmp(element->name, "TaggingDirective") == 0 &&
             !directive_is_known(filling, text))
        error = filling->malformed;
    else
        document_text(&filling->document, element, text, strlen(text));
    free(text);
    return error;
}

static const struct error *read_element(struct filling *filling,
                                        const struct xmlread_node *node,
                                        const struct element *element)
{
    const struct error *error;

    if (!element_contains(element))
        return read_text(filling, node, element);
    document_open(&filling->document, element);
    error = read_contents(filling, node, element);
    document_close(&filling->document);
    return error;
}

static const struct error *read_contents(struct filling *filling,
                                         const struct xmlread_node *node,
                                         const struct element *container)
{
    bool is_list = container->kind == ELEMENT_LIST;
    size_t chosen = 0;

    for (const struct element *element = element_first(container); element;
         element = element_next(element)) {
        const struct xmlread_node *child =
            xmlread_child(node, element->name, NULL);
        const struct error *error = NULL;

        if (!child && element->required)
            return filling->malformed;
        chosen += child != NULL;
        while (child && !error) {
            error = read_element(filling, child, element);
            child = is_list ? xmlread_child(node, element->name, child) : NULL;
        }
        if (error)
            return error;
    }
    return container->kind == ELEMENT_CHOICE && chosen != 1 ? filling->malformed
                                                            : NULL;
}

/* Has `node` an element of that name, with this text? */
static bool has_text(const struct xmlread_node *node, const char *name,
                     const char *wanted)
{
    const struct xmlread_node *child = xmlread_child(node, name, NULL);

    return child && xmlread_text_is(child, wanted);
}

/* What one element demands of another (38607). */
static bool is_coherent(const struct xmlread_node *node)
{
    const struct xmlread_node *spec = xmlread_child(node, "Spec", NULL);
    const struct xmlread_node *copy =
        xmlread_child(node, "COSPutObjectCopy", NULL);

    if (spec && has_text(spec, "Format", "COSBatchOperations_CSV_V1") &&
        !xmlread_child(spec, "Fields", NULL))
        return false;
    return !copy || xmlread_child(copy, "NewObjectTagging", NULL) ||
           !xmlread_child(copy, "TaggingDirective", NULL) ||
           has_text(copy, "TaggingDirective", "Copy");
}

static const struct error *read_container(const struct xmlread_node *root,
                                          const char *name, enum error_row row,
                                          struct readings readings,
                                          char **ret_document)
{
    const struct xmlread_node *node = xmlread_child(root, name, NULL);
    struct filling filling = {.malformed = &error_rows[row],
                              .readings = readings};
    const struct error *error;

    if (!node || !is_coherent(node))
        return &error_rows[row];
    buffer_init(&filling.document);
    error = read_element(&filling, node, element_root(name));
    if (error) {
        buffer_done(&filling.document);
        return error;
    }
    *ret_document = buffer_take(&filling.document);
    return *ret_document ? NULL : &error_rows[ROW_E25];
}

/* ---- texts -------------------------------------------------------------- */

/* A text element becomes a field of the job. */
static const struct error *read_field(const struct xmlread_node *root,
                                      const char *name, const char *field,
                                      bool required, struct job *job)
{
    const struct xmlread_node *node = xmlread_child(root, name, NULL);
    const struct error *error = NULL;
    struct why why;
    char *text;

    if (!node)
        return required ? &error_rows[ROW_E01] : NULL;
    text = xmlread_text(node);
    if (!text)
        return &error_rows[ROW_E25];
    if (required && !*text)
        error = &error_rows[ROW_E01];
    else if (!job_set_text(job, job_field(field), text, strlen(text), &why))
        error = &error_rows[ROW_E02];
    free(text);
    return error;
}

static const struct error *read_confirmation(const struct xmlread_node *root,
                                             struct readings readings,
                                             struct job *job)
{
    (void)readings;
    if (xmlread_child(root, "ConfirmationRequired", NULL)) {
        job->confirmation_required =
            has_text(root, "ConfirmationRequired", "true");
        if (!job->confirmation_required &&
            !has_text(root, "ConfirmationRequired", "false"))
            return &error_rows[ROW_E02];
    }
    return NULL;
}

static const struct error *read_token(const struct xmlread_node *root,
                                      struct readings readings, struct job *job)
{
    (void)readings;
    return read_field(root, "ClientRequestToken", "client_request_token", true,
                      job);
}

static const struct error *read_description(const struct xmlread_node *root,
                                            struct readings readings,
                                            struct job *job)
{
    if (has_text(root, "Description", "") &&
        readings_get(readings, READING_EMPTY_DESCRIPTION))
        return &error_rows[ROW_E02];
    return read_field(root, "Description", "description", false, job);
}

static const struct error *read_manifest(const struct xmlread_node *root,
                                         struct readings readings,
                                         struct job *job)
{
    return read_container(root, "Manifest", ROW_E18, readings, &job->manifest);
}

static const struct error *read_operation(const struct xmlread_node *root,
                                          struct readings readings,
                                          struct job *job)
{
    return read_container(root, "Operation", ROW_E19, readings,
                          &job->operation);
}

static const struct error *read_priority(const struct xmlread_node *root,
                                         struct readings readings,
                                         struct job *job)
{
    const struct xmlread_node *node = xmlread_child(root, "Priority", NULL);
    char *text = node ? xmlread_text(node) : NULL;
    const struct error *error = &error_rows[ROW_E01];

    if (node && !text)
        error = &error_rows[ROW_E25];
    else if (text && *text)
        error =
            submission_priority(text, strlen(text), readings, &job->priority);
    free(text);
    return error;
}

static const struct error *read_report(const struct xmlread_node *root,
                                       struct readings readings,
                                       struct job *job)
{
    return read_container(root, "Report", ROW_E20, readings, &job->report);
}

static const struct error *read_role(const struct xmlread_node *root,
                                     struct readings readings, struct job *job)
{
    (void)readings;
    return read_field(root, "RoleArn", "role_arn", true, job);
}

/* In the order of the document, which is that of the checks. */
static const struct error *(*const readers[])(const struct xmlread_node *root,
                                              struct readings readings,
                                              struct job *job) = {
    read_token,     read_confirmation, read_description, read_manifest,
    read_operation, read_priority,     read_report,      read_role,
};

const struct error *submission_read(const char *body, size_t length,
                                    struct readings readings, struct job *job)
{
    struct xmlread *document;
    const struct xmlread_node *root;
    const struct error *error = NULL;

    if (length == 0)
        return &error_rows[ROW_E10];
    if (length > SUBMISSION_MOST)
        return &error_rows[ROW_G14];
    document = xmlread_open(body, length);
    if (!document)
        return &error_rows[ROW_E17];
    root = xmlread_root(document);
    if (!xmlread_is(root, "CreateJobRequest"))
        error = &error_rows[ROW_E17];
    for (size_t i = 0; !error && i < sizeof(readers) / sizeof(readers[0]); i++)
        error = readers[i](root, readings, job);
    xmlread_close(document);
    return error;
}
