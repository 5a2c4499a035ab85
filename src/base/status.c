#include <nanomarket/errors.h>

#include <stdlib.h>
#include <string.h>

struct status_info {
	const char *name;
	const char *word;
	int         http;
	const char *english;
	const char *german;
};

/* No default: the compiler names a status that nobody described. */
static const struct status_info *status_info(nmk_status status)
{
	static const struct status_info ok = { "NMK_OK", "ok", 200, "Done.", "Erledigt." };
	static const struct status_info internal = { "NMK_EINTERNAL", "internal", 500,
		"A defect of the library.", "Ein Fehler der Bibliothek." };
	static const struct status_info no_memory = { "NMK_ENOMEM", "no_memory", 503,
		"Out of memory.", "Der Arbeitsspeicher reicht nicht." };
	static const struct status_info invalid = { "NMK_EINVALID", "invalid", 400,
		"A value breaks a rule.", "Eine Angabe verletzt eine Regel." };
	static const struct status_info not_found = { "NMK_ENOTFOUND", "not_found", 404,
		"There is no such object.", "Das gibt es nicht." };
	static const struct status_info denied = { "NMK_EDENIED", "denied", 403,
		"You may not do this.", "Das ist nicht erlaubt." };
	static const struct status_info login = { "NMK_ELOGIN", "login", 401,
		"Please log in.", "Bitte anmelden." };
	static const struct status_info state = { "NMK_ESTATE", "state", 409,
		"Not possible in the present state.", "Im jetzigen Zustand nicht möglich." };
	static const struct status_info conflict = { "NMK_ECONFLICT", "conflict", 409,
		"It exists already.", "Das gibt es schon." };
	static const struct status_info limit = { "NMK_ELIMIT", "limit", 413,
		"A limit is exceeded.", "Eine Grenze ist überschritten." };
	static const struct status_info busy = { "NMK_EBUSY", "busy", 503,
		"The store is in use; try again.", "Der Speicher ist belegt; bitte noch einmal versuchen." };
	static const struct status_info io = { "NMK_EIO", "io", 503,
		"Reading or writing failed.", "Lesen oder Schreiben ist fehlgeschlagen." };
	static const struct status_info full = { "NMK_EFULL", "full", 507,
		"No space left.", "Kein Platz mehr." };
	static const struct status_info read_only = { "NMK_EREADONLY", "read_only", 503,
		"The store cannot be written.", "Der Speicher ist nicht beschreibbar." };
	static const struct status_info corrupt = { "NMK_ECORRUPT", "corrupt", 500,
		"The store is damaged.", "Der Speicher ist beschädigt." };
	static const struct status_info version = { "NMK_EVERSION", "version", 500,
		"The store needs a newer library.", "Der Speicher braucht eine neuere Bibliothek." };
	static const struct status_info unknown = { "NMK_EUNKNOWN", "unknown", 503,
		"Whether it was done is not known.", "Ob es geschehen ist, ist nicht bekannt." };
	static const struct status_info cancelled = { "NMK_ECANCELLED", "cancelled", 499,
		"Cancelled.", "Abgebrochen." };

	switch (status) {
	case NMK_OK:         return &ok;
	case NMK_EINTERNAL:  return &internal;
	case NMK_ENOMEM:     return &no_memory;
	case NMK_EINVALID:   return &invalid;
	case NMK_ENOTFOUND:  return &not_found;
	case NMK_EDENIED:    return &denied;
	case NMK_ELOGIN:     return &login;
	case NMK_ESTATE:     return &state;
	case NMK_ECONFLICT:  return &conflict;
	case NMK_ELIMIT:     return &limit;
	case NMK_EBUSY:      return &busy;
	case NMK_EIO:        return &io;
	case NMK_EFULL:      return &full;
	case NMK_EREADONLY:  return &read_only;
	case NMK_ECORRUPT:   return &corrupt;
	case NMK_EVERSION:   return &version;
	case NMK_EUNKNOWN:   return &unknown;
	case NMK_ECANCELLED: return &cancelled;
	}
	return NULL;
}

const char *nmk_status_name(nmk_status status)
{
	const struct status_info *info = status_info(status);

	return info ? info->name : "NMK_?";
}

const char *nmk_status_word(nmk_status status)
{
	const struct status_info *info = status_info(status);

	return info ? info->word : "?";
}

int nmk_status_http(nmk_status status)
{
	const struct status_info *info = status_info(status);

	return info ? info->http : 500;
}

int nmk_error_http(const nmk_error *error)
{
	return error->status == NMK_ELIMIT && error->retry_after_ms > 0 ? 429 : nmk_status_http(error->status);
}

const char *nmk_status_text(nmk_status status, const char *language)
{
	const struct status_info *info = status_info(status);

	if (!info)
		return "?";
	return language && strcmp(language, "de") == 0 ? info->german : info->english;
}

void nmk_free(void *memory)
{
	free(memory);
}
