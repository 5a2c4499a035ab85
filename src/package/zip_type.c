#include "zip_parts.h"

#include <string.h>

static const struct {
	const char   *word;
	enum zip_kind kind;
	enum zip_type content;
} types[] = {
#define NMK_ZIP_TYPE(name, word, kind, content) { word, ZIP_KIND_##kind, ZIP_TYPE_##content },
#include "zip_types.def"
#undef NMK_ZIP_TYPE
};

/* Extensions, parted by spaces. What is not listed is unknown. */
static const struct {
	enum zip_type type;
	const char   *extensions;
} named[] = {
	{ ZIP_TYPE_PDF,   "pdf" },
	{ ZIP_TYPE_JPEG,  "jpg jpeg" },
	{ ZIP_TYPE_PNG,   "png" },
	{ ZIP_TYPE_MP4,   "mp4" },
	{ ZIP_TYPE_WEBM,  "webm" },
	{ ZIP_TYPE_GIF,   "gif" },
	{ ZIP_TYPE_WEBP,  "webp" },
	{ ZIP_TYPE_MP3,   "mp3" },
	{ ZIP_TYPE_M4A,   "m4a" },
	{ ZIP_TYPE_OGG,   "ogg oga ogv opus" },
	{ ZIP_TYPE_WAV,   "wav" },
	{ ZIP_TYPE_FLAC,  "flac" },
	{ ZIP_TYPE_FONT,  "woff woff2" },
	{ ZIP_TYPE_TEXT,  "txt text md markdown csv tsv json css vtt srt bib tex" },
	{ ZIP_TYPE_HTML,  "html htm xhtml" },
	{ ZIP_TYPE_SVG,   "svg" },
	{ ZIP_TYPE_XML,   "xml xsd dtd ttml" },
	{ ZIP_TYPE_ARCHIVE,
	  "zip zipx jar war ear apk ipa 7z rar gz tgz bz2 tbz tbz2 xz txz zst tzst lz lz4 lzma tlz tar cpio ar cab arj "
	  "lzh lha ace iso img dmg vhd vhdx deb rpm xpi crx whl egg gem nupkg msix appx kmz svgz h5p epub "
	  "docx docm dotx dotm xlsx xlsm xlsb xltx xltm pptx pptm ppsx ppsm potx potm vsdx odt ott ods ots odp otp odg "
	  "pages numbers key" },
	{ ZIP_TYPE_PROGRAM,
	  "exe com scr pif dll sys drv ocx cpl bat cmd ps1 psm1 psd1 ps1xml vbs vbe vb js jse mjs cjs wsf wsh "
	  "wsc hta msi msp mst msc reg lnk url scf inf job application gadget appref-ms chm hlp swf class dex wasm elf "
	  "so dylib o ko bin run out app command action workflow scpt applescript desktop sh bash zsh csh ksh fish awk "
	  "py pyc pyw pl pm rb php php3 php4 php5 phtml phar asp aspx ashx jsp jspx cgi cfm lua tcl" },
};

/* What files begin with. */
static const struct {
	enum zip_type type;
	uint16_t      offset;
	uint16_t      length;
	const char   *bytes;
} magics[] = {
	{ ZIP_TYPE_ARCHIVE,    0,  4, "PK\003\004" },
	{ ZIP_TYPE_ARCHIVE,    0,  4, "PK\005\006" },
	{ ZIP_TYPE_ARCHIVE,    0,  4, "PK\007\010" },
	{ ZIP_TYPE_ARCHIVE,    0,  6, "7z\xBC\xAF\x27\x1C" },
	{ ZIP_TYPE_ARCHIVE,    0,  6, "Rar!\x1A\x07" },
	{ ZIP_TYPE_ARCHIVE,    0,  3, "\x1F\x8B\x08" },            /* gzip             */
	{ ZIP_TYPE_ARCHIVE,    4,  6, "1AY&SY" },                  /* bzip2            */
	{ ZIP_TYPE_ARCHIVE,    0,  6, "\xFD" "7zXZ\0" },
	{ ZIP_TYPE_ARCHIVE,    0,  4, "\x28\xB5\x2F\xFD" },        /* Zstandard        */
	{ ZIP_TYPE_ARCHIVE,    0,  4, "\x04\x22\x4D\x18" },        /* LZ4              */
	{ ZIP_TYPE_ARCHIVE,    0,  5, "LZIP\x01" },
	{ ZIP_TYPE_ARCHIVE,    0,  8, "MSCF\0\0\0\0" },            /* Windows cabinet  */
	{ ZIP_TYPE_ARCHIVE,    0,  8, "!<arch>\n" },
	{ ZIP_TYPE_ARCHIVE,    0,  4, "\xED\xAB\xEE\xDB" },        /* RPM              */
	{ ZIP_TYPE_ARCHIVE,  257,  5, "ustar" },
	{ ZIP_TYPE_PROGRAM,    0,  4, "\x7F" "ELF" },
	{ ZIP_TYPE_PROGRAM,    0,  4, "\xCA\xFE\xBA\xBE" },        /* Java, fat Mach-O */
	{ ZIP_TYPE_PROGRAM,    0,  4, "\xFE\xED\xFA\xCE" },        /* Mach-O           */
	{ ZIP_TYPE_PROGRAM,    0,  4, "\xFE\xED\xFA\xCF" },
	{ ZIP_TYPE_PROGRAM,    0,  4, "\xCE\xFA\xED\xFE" },
	{ ZIP_TYPE_PROGRAM,    0,  4, "\xCF\xFA\xED\xFE" },
	{ ZIP_TYPE_PROGRAM,    0,  4, "\0asm" },
	{ ZIP_TYPE_PROGRAM,    0,  8, "\x4C\0\0\0\x01\x14\x02\0" },/* Windows link     */
	{ ZIP_TYPE_PROGRAM,    0,  3, "#!/" },
	{ ZIP_TYPE_PROGRAM,    0,  4, "#! /" },
	{ ZIP_TYPE_PDF,        0,  5, "%PDF-" },
	{ ZIP_TYPE_JPEG,       0,  3, "\xFF\xD8\xFF" },
	{ ZIP_TYPE_PNG,        0,  8, "\x89PNG\r\n\x1A\n" },
	{ ZIP_TYPE_MP4,        4,  4, "ftyp" },
	{ ZIP_TYPE_GIF,        0,  6, "GIF87a" },
	{ ZIP_TYPE_GIF,        0,  6, "GIF89a" },
	{ ZIP_TYPE_WEBP,       8,  4, "WEBP" },
	{ ZIP_TYPE_WAV,        8,  4, "WAVE" },
	{ ZIP_TYPE_MP3,        0,  3, "ID3" },
	{ ZIP_TYPE_OGG,        0,  4, "OggS" },
	{ ZIP_TYPE_FLAC,       0,  4, "fLaC" },
	{ ZIP_TYPE_FONT,       0,  4, "wOFF" },
	{ ZIP_TYPE_FONT,       0,  4, "wOF2" },
	{ ZIP_TYPE_LEFTOVER,   0,  4, "\0\x05\x16\x07" },          /* AppleDouble      */
	{ ZIP_TYPE_LEFTOVER,   0,  8, "\0\0\0\x01" "Bud1" },       /* .DS_Store        */
	{ ZIP_TYPE_LEFTOVER,   0,  8, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" },  /* Thumbs.db */
};

const char *zip_type_word(enum zip_type type)
{
	return types[type].word;
}

enum zip_kind zip_type_kind(enum zip_type type)
{
	return types[type].kind;
}

static bool is_listed(const char *extensions, const char *extension)
{
	while (*extensions) {
		size_t length = strcspn(extensions, " ");

		if (length == strlen(extension) && strncmp(extensions, extension, length) == 0)
			return true;
		extensions += length + strspn(extensions + length, " ");
	}
	return false;
}

static bool is_leftover(const char *base)
{
	return strncmp(base, "._", 2) == 0 || strcmp(base, ".DS_Store") == 0 || strcmp(base, "Thumbs.db") == 0;
}

enum zip_type zip_type_by_name(const char *name)
{
	const char *slash = strrchr(name, '/');
	const char *base = slash ? slash + 1 : name;
	const char *dot = strrchr(base, '.');
	char extension[16] = { 0 };

	if (is_leftover(base))
		return ZIP_TYPE_LEFTOVER;
	if (!dot || strlen(dot + 1) >= sizeof(extension))
		return ZIP_TYPE_UNKNOWN;
	for (size_t i = 0; dot[i + 1]; i++)
		extension[i] = (char)(dot[i + 1] >= 'A' && dot[i + 1] <= 'Z' ? dot[i + 1] + ('a' - 'A') : dot[i + 1]);
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		if (is_listed(named[i].extensions, extension))
			return named[i].type;
	}
	return ZIP_TYPE_UNKNOWN;
}

static bool contains(const unsigned char *head, size_t length, const char *text)
{
	size_t wanted = strlen(text);

	for (size_t i = 0; i + wanted <= length; i++) {
		if (memcmp(head + i, text, wanted) == 0)
			return true;
	}
	return false;
}

static bool begins(const unsigned char *head, size_t length, const char *text)
{
	return length >= strlen(text) && memcmp(head, text, strlen(text)) == 0;
}

/* Without NUL and the like, in whatever encoding; UTF-16 is known by its mark, spreadsheets write it. */
static bool is_text(const unsigned char *head, size_t length)
{
	if (begins(head, length, "\xFF\xFE") || begins(head, length, "\xFE\xFF"))
		return true;
	for (size_t i = 0; i < length; i++) {
		if (head[i] < 0x20 && !memchr("\t\n\v\f\r\x1A\x1B", head[i], 7))
			return false;
	}
	return true;
}

static bool has_magic(enum zip_type type, const unsigned char *head, size_t length)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		size_t end = (size_t)magics[i].offset + magics[i].length;

		if (magics[i].type == type && end <= length &&
		    memcmp(head + magics[i].offset, magics[i].bytes, magics[i].length) == 0)
			return true;
	}
	return false;
}

/* An MPEG frame, layer III, without any tag before it. */
static bool is_mp3_frame(const unsigned char *head, size_t length)
{
	return length >= 2 && head[0] == 0xFF && (head[1] & 0xE6) == 0xE2;
}

bool zip_type_looks(enum zip_type type, const unsigned char *head, size_t length)
{
	if (has_magic(type, head, length))
		return true;
	if (type == ZIP_TYPE_PROGRAM)
		return begins(head, length, "MZ") && !is_text(head, length);  /* a text may well begin so */
	if (type == ZIP_TYPE_WEBM)  /* other Matroska files say "matroska" */
		return begins(head, length, "\x1A\x45\xDF\xA3") && contains(head, length, "webm");
	if (type == ZIP_TYPE_MP3)
		return is_mp3_frame(head, length);
	return type == ZIP_TYPE_TEXT && is_text(head, length);
}

bool zip_type_matches(enum zip_type by_name, const unsigned char *head, size_t length)
{
	return types[by_name].content == ZIP_TYPE_UNKNOWN || zip_type_looks(types[by_name].content, head, length);
}

/* Browsers guess: what begins with a tag counts, whatever it is called and however it is encoded. */
static bool begins_with_tag(const unsigned char *head, size_t length)
{
	static const char skipped[] = " \t\n\f\r\xEF\xBB\xBF\xFE\xFF";  /* white space, byte order marks, NUL */
	size_t at = 0;

	while (at < length && memchr(skipped, head[at], sizeof(skipped)))
		at++;
	return at < length && head[at] == '<';
}

bool zip_type_active(enum zip_type by_name, const unsigned char *head, size_t length)
{
	return by_name == ZIP_TYPE_HTML || by_name == ZIP_TYPE_SVG || by_name == ZIP_TYPE_XML ||
	       begins_with_tag(head, length);
}
