#include "recording_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../policy/jsontext.h"
#include "../wire/digest.h"
#include "jsonbuild.h"

bool recording_is_on(const struct host *host)
{
    return host->recording && host->recording->begun &&
           host->recording->file >= 0;
}

json_t *recording_line(const char *kind, const char *space, long long now)
{
    json_t *json =
        json_pack("{s:s, s:I}", "kind", kind, "time", (json_int_t)now);

    if (*space)
        jsonbuild_add(&json, "space", json_string(space));
    return json;
}

static bool write_all(int file, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, text, length);

        if (written < 0 && errno != EINTR)
            return false;
        text += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

void recording_put(struct host *host, json_t *json)
{
    struct recording *recording = host->recording;
    char *text = jsontext(json, JSON_COMPACT);
    size_t length = text ? strlen(text) : 0;

    errno = ENOMEM;
    if (text)
        text[length] = '\n'; /* in place of the zero byte */
    if (!text || !write_all(recording->file, text, length + 1)) {
        log_say(&host->log, LOG_ERROR,
                "%s: cannot be written: %s; the journal ends here",
                recording->path, strerror(errno));
        close(recording->file);
        recording->file = -1;
    }
    free(text);
    json_decref(json);
}

json_t *recording_bytes(const char *bytes, size_t length)
{
    json_t *json =
        memchr(bytes, '\0', length) ? NULL : json_stringn(bytes, length);
    char *text;

    if (json)
        return json;
    text = digest_base64(bytes, length);
    json = text ? json_pack("{s:s}", "base64", text) : NULL;
    free(text);
    return json;
}

json_t *recording_text(const char *text)
{
    return text ? recording_bytes(text, strlen(text)) : json_null();
}
