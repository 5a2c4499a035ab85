/* python.i -- typemaps for CPython's stable ABI, 3.11 and newer.
 *
 * A session is locked without the GIL, before the call, and given back after its results were converted: what it lends stays
 * valid until then. Calls that wait run without the GIL. */
%{
static PyObject *nmkb_error_factory; /* callable(status, operation, field, message, retry_after_ms, http) -> exception */

/* What a call's option struct points to. */
typedef struct nmkb_scratch {
	void        *owned[8]; /* lists of texts, structs that others point to */
	size_t       owned_count;
	Py_buffer    views[4]; /* of bytes, of what is read, of a key */
	size_t       view_count;
	nmkb_key     key;
	nmkb_memory  memory;
	PyObject    *clock;
} nmkb_scratch;

/* One call of a wrapper: the box it is in, what it borrows, and what went wrong. */
typedef struct nmkb_call {
	nmkb_box    *box;
	bool         inside;
	int          refused; /* the box's answer */
	nmk_error    error;
	nmkb_scratch scratch;
} nmkb_call;

static void nmkb_call_begin(nmkb_call *call)
{
	if (call->box == NULL)
		return;
	call->refused = nmkb_box_enter(call->box, true);
	call->inside = call->refused == 0;
}

static void nmkb_call_end(nmkb_call *call)
{
	if (call->inside)
		nmkb_box_leave(call->box);
	call->inside = false;
}

static void nmkb_raise(int status, const nmk_error *error)
{
	PyObject *exception = NULL, *message;

	if (PyErr_Occurred()) /* a callback raised it: that is the reason */
		return;
	message = PyUnicode_DecodeUTF8(error->message, (Py_ssize_t)strlen(error->message), "replace");
	if (message != NULL && nmkb_error_factory != NULL)
		exception = PyObject_CallFunction(nmkb_error_factory, "issOLi", status, error->operation, error->field, message,
		                                  (long long)error->retry_after_ms, nmk_error_http(error));
	if (exception != NULL)
		PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
	else if (!PyErr_Occurred())
		PyErr_SetString(PyExc_RuntimeError, error->message);
	Py_XDECREF(exception);
	Py_XDECREF(message);
}

static void nmkb_raise_refused(int refused)
{
	nmk_error error = {0};

	error.status = NMK_ESTATE;
	strcpy(error.message, refused == NMKB_CLOSED ? "It is closed." : "A callback of a call must not use its session.");
	nmkb_raise(refused, &error);
}

/* True if the call failed; the exception is set then. */
static bool nmkb_failed(nmkb_call *call, nmk_status status)
{
	if (call->refused != 0)
		nmkb_raise_refused(call->refused);
	else if (status != NMK_OK)
		nmkb_raise(status, &call->error);
	return PyErr_Occurred() != NULL;
}

/* Strict UTF-8 without NUL, borrowed from the str; NULL with an exception otherwise. */
static const char *nmkb_text(PyObject *object, const char *name)
{
	Py_ssize_t  size;
	const char *text;

	if (!PyUnicode_Check(object)) {
		PyErr_Format(PyExc_TypeError, "%s must be str, not %R", name, (PyObject *)Py_TYPE(object));
		return NULL;
	}
	text = PyUnicode_AsUTF8AndSize(object, &size);
	if (text != NULL && strlen(text) != (size_t)size) {
		PyErr_Format(PyExc_ValueError, "%s must not contain a NUL character", name);
		return NULL;
	}
	return text;
}

static PyObject *nmkb_text_of(const char *text)
{
	if (text == NULL)
		Py_RETURN_NONE;
	return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "strict");
}

/* The result, and one more: one value as it is, several as a tuple. Takes both references. */
static PyObject *nmkb_add(PyObject *result, PyObject *value)
{
	PyObject *tuple;

	if (value == NULL || result == NULL || result == Py_None) {
		Py_XDECREF(result);
		return value;
	}
	if (PyTuple_Check(result)) {
		PyObject *one = PyTuple_New(1);
		if (one == NULL) {
			Py_DECREF(result);
			Py_DECREF(value);
			return NULL;
		}
		PyTuple_SetItem(one, 0, value);
		tuple = PySequence_Concat(result, one);
		Py_DECREF(one);
	} else {
		tuple = PyTuple_Pack(2, result, value);
		Py_DECREF(value);
	}
	Py_DECREF(result);
	return tuple;
}

static bool nmkb_integer(PyObject *object, const char *name, long long least, long long most, long long *number)
{
	int overflow = 0;

	if (!PyLong_Check(object)) {
		PyErr_Format(PyExc_TypeError, "%s must be int, not %R", name, (PyObject *)Py_TYPE(object));
		return false;
	}
	*number = PyLong_AsLongLongAndOverflow(object, &overflow);
	if (*number == -1 && PyErr_Occurred())
		return false;
	if (overflow != 0 || *number < least || *number > most) {
		PyErr_Format(PyExc_OverflowError, "%s must be from %lld to %lld", name, least, most);
		return false;
	}
	return true;
}

/* ---- callbacks; each takes the GIL. An exception stops the call, and comes out of it ---- */

static bool nmkb_progress(void *context, int64_t done, int64_t total)
{
	PyGILState_STATE state = PyGILState_Ensure();
	bool             go_on = false;
	PyObject        *answer;

	if (PyErr_Occurred() == NULL && PyErr_CheckSignals() == 0) {
		if (context == NULL) {
			go_on = true;
		} else if ((answer = PyObject_CallFunction((PyObject *)context, "LL", (long long)done, (long long)total)) != NULL) {
			go_on = answer == Py_None || PyObject_IsTrue(answer) == 1;
			Py_DECREF(answer);
		}
	}
	PyGILState_Release(state);
	return go_on;
}

static int64_t nmkb_read(void *context, void *buffer, size_t size)
{
	PyGILState_STATE state = PyGILState_Ensure();
	PyObject        *bytes = NULL;
	Py_buffer        view;
	int64_t          count = -1;

	if (PyErr_Occurred() == NULL && PyErr_CheckSignals() == 0)
		bytes = PyObject_CallFunction((PyObject *)context, "n", (Py_ssize_t)size);
	if (bytes != NULL && PyObject_GetBuffer(bytes, &view, PyBUF_SIMPLE) == 0) {
		if ((size_t)view.len > size) {
			PyErr_SetString(PyExc_ValueError, "read(size) gave more than size bytes");
		} else {
			memcpy(buffer, view.buf, (size_t)view.len);
			count = (int64_t)view.len;
		}
		PyBuffer_Release(&view);
	}
	Py_XDECREF(bytes);
	PyGILState_Release(state);
	return count;
}

static int nmkb_write(void *context, const void *data, size_t size)
{
	PyGILState_STATE state = PyGILState_Ensure();
	PyObject        *bytes = NULL, *answer = NULL;

	if (PyErr_Occurred() == NULL && PyErr_CheckSignals() == 0)
		bytes = PyBytes_FromStringAndSize((const char *)data, (Py_ssize_t)size);
	if (bytes != NULL)
		answer = PyObject_CallFunction((PyObject *)context, "O", bytes);
	Py_XDECREF(bytes);
	Py_XDECREF(answer);
	PyGILState_Release(state);
	return answer == NULL;
}

static int nmkb_sink(void *context, const char *file, const void *data, size_t size)
{
	PyGILState_STATE state = PyGILState_Ensure();
	PyObject        *answer = NULL;

	if (PyErr_Occurred() == NULL && PyErr_CheckSignals() == 0)
		answer = PyObject_CallFunction((PyObject *)context, "sy#", file, (const char *)data, (Py_ssize_t)size);
	Py_XDECREF(answer);
	PyGILState_Release(state);
	return answer == NULL;
}

/* A clock cannot fail: what it raises is reported, and the system's time taken. */
static int64_t nmkb_clock(void *context)
{
	PyGILState_STATE state = PyGILState_Ensure();
	PyObject        *type, *value, *trace, *answer;
	long long        now = -1;

	PyErr_Fetch(&type, &value, &trace);
	answer = PyObject_CallFunction((PyObject *)context, NULL);
	if (answer != NULL)
		now = PyLong_AsLongLong(answer);
	if (PyErr_Occurred() != NULL) {
		struct timespec system;

		PyErr_WriteUnraisable((PyObject *)context);
		clock_gettime(CLOCK_REALTIME, &system);
		now = (long long)system.tv_sec * 1000 + system.tv_nsec / 1000000;
	}
	Py_XDECREF(answer);
	PyErr_Restore(type, value, trace);
	PyGILState_Release(state);
	return now;
}

static void nmkb_forget(void *keep)
{
	PyGILState_STATE state = PyGILState_Ensure();
	Py_DECREF((PyObject *)keep);
	PyGILState_Release(state);
}

/* ---- option structs ---- */

static void nmkb_scratch_free(nmkb_scratch *scratch)
{
	while (scratch->owned_count > 0)
		free(scratch->owned[--scratch->owned_count]);
	while (scratch->view_count > 0)
		PyBuffer_Release(&scratch->views[--scratch->view_count]);
	nmkb_wipe(&scratch->key, sizeof scratch->key);
	Py_XDECREF(scratch->clock);
	scratch->clock = NULL;
}

static bool nmkb_fill(PyObject *dict, const nmkb_struct *table, void *options, nmkb_scratch *scratch);

static void *nmkb_own(size_t size, nmkb_scratch *scratch)
{
	void *memory = NULL;

	if (scratch->owned_count < sizeof scratch->owned / sizeof *scratch->owned)
		memory = calloc(1, size);
	if (memory == NULL)
		PyErr_NoMemory();
	else
		scratch->owned[scratch->owned_count++] = memory;
	return memory;
}

static bool nmkb_fill_struct(PyObject *object, const nmkb_member *member, char *base, nmkb_scratch *scratch)
{
	void *inner = nmkb_own(member->inner->size, scratch);

	if (inner == NULL)
		return false;
	*(uint32_t *)inner = member->inner->version;
	*(void **)(void *)(base + member->offset) = inner;
	return nmkb_fill(object, member->inner, inner, scratch);
}

/* With their number, or with NULL at the end. */
static bool nmkb_fill_texts(PyObject *object, const nmkb_member *member, char *base, nmkb_scratch *scratch)
{
	const char **texts;
	Py_ssize_t   count, i;

	if (!PyList_Check(object)) {
		PyErr_Format(PyExc_TypeError, "%s must be a list", member->name);
		return false;
	}
	count = PyList_Size(object);
	texts = (const char **)nmkb_own(((size_t)count + 1) * sizeof *texts, scratch);
	if (texts == NULL)
		return false;
	for (i = 0; i < count; i++) {
		texts[i] = nmkb_text(PyList_GetItem(object, i), member->name);
		if (texts[i] == NULL)
			return false;
	}
	*(const char *const **)(void *)(base + member->offset) = texts;
	if (member->kind == NMKB_TEXTS)
		*(size_t *)(void *)(base + member->extra) = (size_t)count;
	return true;
}

static const Py_buffer *nmkb_view(PyObject *object, const char *name, nmkb_scratch *scratch)
{
	Py_buffer *view = &scratch->views[scratch->view_count];

	if (scratch->view_count == sizeof scratch->views / sizeof *scratch->views) {
		PyErr_SetString(PyExc_SystemError, "too many buffers");
		return NULL;
	}
	if (PyUnicode_Check(object)) {
		PyErr_Format(PyExc_TypeError, "%s must be bytes-like, not str", name);
		return NULL;
	}
	if (PyObject_GetBuffer(object, view, PyBUF_SIMPLE) != 0)
		return NULL;
	scratch->view_count++;
	return view;
}

static bool nmkb_fill_bytes(PyObject *object, const nmkb_member *member, char *base, nmkb_scratch *scratch)
{
	const Py_buffer *view = nmkb_view(object, member->name, scratch);

	if (view == NULL)
		return false;
	*(const void **)(void *)(base + member->offset) = view->buf;
	*(size_t *)(void *)(base + member->extra) = (size_t)view->len;
	return true;
}

static bool nmkb_fill_callback(PyObject *object, const nmkb_member *member, char *base, nmkb_scratch *scratch)
{
	void           **context = (void **)(void *)(base + member->extra);
	const Py_buffer *view;

	if (member->kind != NMKB_ROOT_KEY && PyCallable_Check(object)) {
		*context = object;
		if (member->kind == NMKB_READER) {
			*(nmk_reader *)(void *)(base + member->offset) = nmkb_read;
		} else {
			Py_INCREF(object);
			scratch->clock = object;
			*(int64_t (**)(void *))(void *)(base + member->offset) = nmkb_clock;
		}
		return true;
	}
	if (member->kind == NMKB_CLOCK) {
		PyErr_Format(PyExc_TypeError, "%s must be callable", member->name);
		return false;
	}
	view = nmkb_view(object, member->name, scratch);
	if (view == NULL)
		return false;
	if (member->kind == NMKB_READER) {
		scratch->memory.bytes = (const unsigned char *)view->buf;
		scratch->memory.size = (size_t)view->len;
		*(nmk_reader *)(void *)(base + member->offset) = nmkb_read_memory;
		*context = &scratch->memory;
		return true;
	}
	if (view->len != 32) {
		PyErr_Format(PyExc_ValueError, "%s must have 32 bytes", member->name);
		return false;
	}
	memcpy(scratch->key.bytes, view->buf, 32);
	*(nmk_status (**)(void *, unsigned char *))(void *)(base + member->offset) = nmkb_give_key;
	*context = &scratch->key;
	return true;
}

static bool nmkb_fill_member(PyObject *object, const nmkb_member *member, char *base, nmkb_scratch *scratch)
{
	char     *at = base + member->offset;
	long long number;

	if (object == Py_None)
		return true;
	switch (member->kind) {
	case NMKB_TEXT:
		*(const char **)(void *)at = nmkb_text(object, member->name);
		return *(const char **)(void *)at != NULL;
	case NMKB_BOOL:
		if (!PyBool_Check(object)) {
			PyErr_Format(PyExc_TypeError, "%s must be bool, not %R", member->name, (PyObject *)Py_TYPE(object));
			return false;
		}
		*(bool *)at = object == Py_True;
		return true;
	case NMKB_INT32:
	case NMKB_ENUM:
		if (!nmkb_integer(object, member->name, INT32_MIN, INT32_MAX, &number))
			return false;
		*(int32_t *)(void *)at = (int32_t)number;
		return true;
	case NMKB_UINT32:
		if (!nmkb_integer(object, member->name, 0, UINT32_MAX, &number))
			return false;
		*(uint32_t *)(void *)at = (uint32_t)number;
		return true;
	case NMKB_INT64:
		if (!nmkb_integer(object, member->name, INT64_MIN, INT64_MAX, &number))
			return false;
		*(int64_t *)(void *)at = number;
		return true;
	case NMKB_SIZE:
		if (!nmkb_integer(object, member->name, 0, INT64_MAX, &number))
			return false;
		*(size_t *)(void *)at = (size_t)number;
		return true;
	case NMKB_TEXTS:
	case NMKB_LIST:
		return nmkb_fill_texts(object, member, base, scratch);
	case NMKB_STRUCT:
		return nmkb_fill_struct(object, member, base, scratch);
	case NMKB_BYTES:
		return nmkb_fill_bytes(object, member, base, scratch);
	case NMKB_READER:
	case NMKB_CLOCK:
	case NMKB_ROOT_KEY:
		return nmkb_fill_callback(object, member, base, scratch);
	}
	return false;
}

static bool nmkb_fill(PyObject *dict, const nmkb_struct *table, void *options, nmkb_scratch *scratch)
{
	PyObject  *key, *value;
	Py_ssize_t position = 0;

	if (!PyDict_Check(dict)) {
		PyErr_Format(PyExc_TypeError, "%s must be dict, not %R", table->name, (PyObject *)Py_TYPE(dict));
		return false;
	}
	while (PyDict_Next(dict, &position, &key, &value)) {
		const char        *name = nmkb_text(key, table->name);
		const nmkb_member *member = table->members;

		if (name == NULL)
			return false;
		while (member->name != NULL && strcmp(member->name, name) != 0)
			member++;
		if (member->name == NULL) {
			PyErr_Format(PyExc_TypeError, "%s has no member %s", table->name, name);
			return false;
		}
		if (!nmkb_fill_member(value, member, (char *)options, scratch))
			return false;
		if (member->bit != 0)
			*(uint32_t *)(void *)((char *)options + table->set) |= member->bit;
	}
	return true;
}

/* A record that the library lends, as a dict. */
static PyObject *nmkb_record(const nmkb_struct *table, const void *record)
{
	PyObject *dict = PyDict_New();

	for (const nmkb_member *member = table->members; dict != NULL && member->name != NULL; member++) {
		const char *at = (const char *)record + member->offset;
		PyObject   *value = NULL;

		if (member->kind == NMKB_TEXT)
			value = nmkb_text_of(*(const char *const *)(const void *)at);
		else if (member->kind == NMKB_BOOL)
			value = PyBool_FromLong(*(const bool *)at);
		else if (member->kind == NMKB_INT64)
			value = PyLong_FromLongLong(*(const int64_t *)(const void *)at);
		else if (member->kind == NMKB_INT32 || member->kind == NMKB_ENUM)
			value = PyLong_FromLong(*(const int32_t *)(const void *)at);
		else
			PyErr_Format(PyExc_SystemError, "%s", member->name);
		if (value == NULL || PyDict_SetItemString(dict, member->name, value) != 0)
			Py_CLEAR(dict);
		Py_XDECREF(value);
	}
	return dict;
}

/* Closing may write to the disk. */
static void nmkb_end_box(nmkb_box *box, void (*how)(nmkb_box *))
{
	Py_BEGIN_ALLOW_THREADS
	how(box);
	Py_END_ALLOW_THREADS
}
#define NMKB_DROP(self) nmkb_end_box((nmkb_box *)(self), nmkb_box_drop)
#define NMKB_END_BOX(box) nmkb_end_box(box, nmkb_box_close)
%}

%wrapper %{
/* An object that ends what it points to. */
static PyObject *nmkb_owned(void *pointer, swig_type_info *type)
{
	nmkb_count(1);
	return SWIG_NewPointerObj(pointer, type, SWIG_POINTER_OWN | SWIG_POINTER_NOSHADOW);
}
%}

%typemap(in) PyObject *callable "$1 = $input;"
%inline %{
void _set_error_factory(PyObject *callable)
{
	PyObject *before = nmkb_error_factory;
	Py_INCREF(callable);
	nmkb_error_factory = callable;
	Py_XDECREF(before);
}
%}

/* ---- what a call answers ---- */
%typemap(out) nmk_status (nmkb_call _global_call = {0}) {
	if (nmkb_failed(&_global_call, $1))
		SWIG_fail;
	$result = SWIG_Py_Void();
}
%define NMKB_WAITS(F)
%exception F {
	Py_BEGIN_ALLOW_THREADS
	$action
	if (result != NMK_OK)
		nmkb_describe(&_global_call.error, result, NULL);
	Py_END_ALLOW_THREADS
}
%enddef
/* The first argument is the box until the call is inside: its object may end until then. */
%define NMKB_WAITS_INSIDE(F)
%exception F {
	Py_BEGIN_ALLOW_THREADS
	nmkb_call_begin(&_global_call);
	result = NMK_OK;
	if (_global_call.refused == 0) {
		arg1 = _global_call.box->object;
		$action
		if (result != NMK_OK)
			nmkb_describe(&_global_call.error, result, NMKB_SESSION(_global_call.box));
	}
	Py_END_ALLOW_THREADS
}
%enddef
%define NMKB_PURE(F)
%exception F {
	$action
	if (result != NMK_OK)
		nmkb_describe(&_global_call.error, result, NULL);
}
%enddef
%define NMKB_LOCKED(F)
%exception F {
	Py_BEGIN_ALLOW_THREADS
	nmkb_call_begin(&_global_call);
	Py_END_ALLOW_THREADS
	if (_global_call.refused != 0) {
		nmkb_raise_refused(_global_call.refused);
		SWIG_fail;
	}
	arg1 = _global_call.box->object;
	$action
}
%enddef
/* What another thread may call while the session is in use; on none after it was closed, which the library allows. */
%define NMKB_ANYTIME(F)
%exception F {
	pthread_mutex_lock(&_global_call.box->guard);
	arg1 = _global_call.box->object;
	$action
	pthread_mutex_unlock(&_global_call.box->guard);
}
%enddef
%{
#define NMKB_SESSION(box) ((box) != NULL && (box)->exclusive ? (const nmk_session *)(box)->object : NULL)
%}

/* ---- market and session ---- */
%define NMKB_BOX(T, END, EXCLUSIVE)
%typemap(in) T * (nmkb_call _global_call = {0}), const T * (nmkb_call _global_call = {0}) {
	void *pointer = NULL;
	if (!SWIG_IsOK(SWIG_ConvertPtr($input, &pointer, $descriptor(T *), 0)) || pointer == NULL) {
		PyErr_SetString(PyExc_TypeError, "$1_name must be an open " #T);
		SWIG_fail;
	}
	_global_call.box = (nmkb_box *)pointer;
}
%typemap(freearg) T *, const T * "nmkb_call_end(&_global_call);"
%typemap(in, numinputs=0) T ** (T *opened = NULL) "$1 = &opened;"
%typemap(argout) T ** {
	nmkb_box *box = nmkb_box_new(opened$argnum, END, EXCLUSIVE, _global_call.box == NULL ? NULL : nmkb_market_of(_global_call.box));
	if (box == NULL) {
		PyErr_NoMemory();
		SWIG_fail;
	}
	if (_global_call.scratch.clock != NULL) {
		box->keep = _global_call.scratch.clock;
		box->keep_free = nmkb_forget;
		_global_call.scratch.clock = NULL;
	}
	$result = nmkb_add($result, nmkb_owned(box, $descriptor(T *)));
	if ($result == NULL)
		SWIG_fail;
}
%enddef
NMKB_BOX(nmk_market, nmkb_market_end, false)
NMKB_BOX(nmk_session, nmkb_session_end, true)
%typemap(in) nmkb_box *box {
	void *pointer = NULL;
	if (!SWIG_IsOK(SWIG_ConvertPtr($input, &pointer, $descriptor(nmk_session *), 0)) &&
	    !SWIG_IsOK(SWIG_ConvertPtr($input, &pointer, $descriptor(nmk_market *), 0)))
		pointer = NULL;
	if (pointer == NULL) {
		PyErr_SetString(PyExc_TypeError, "box must be a market or a session");
		SWIG_fail;
	}
	$1 = (nmkb_box *)pointer;
}

/* ---- values: an owned wrapper frees them when it is collected. Raw handles, without SWIG's classes around them ---- */
%define NMKB_BORROWED(T)
%typemap(in) T *, const T * {
	void *pointer = NULL;
	if (!SWIG_IsOK(SWIG_ConvertPtr($input, &pointer, $descriptor(T *), 0)) || pointer == NULL) {
		PyErr_SetString(PyExc_TypeError, "$1_name must be a " #T);
		SWIG_fail;
	}
	$1 = (T *)pointer;
}
%typemap(out) const T * {
	$result = $1 == NULL ? SWIG_Py_Void() : SWIG_NewPointerObj((void *)$1, $descriptor(T *), SWIG_POINTER_NOSHADOW);
}
%enddef
%define NMKB_VALUE(T, FREE)
NMKB_BORROWED(T)
%typemap(in, numinputs=0) T ** (T *made = NULL) "$1 = &made;"
%typemap(argout) T ** {
	$result = nmkb_add($result, made$argnum == NULL ? SWIG_Py_Void() : nmkb_owned(made$argnum, $descriptor(T *)));
	made$argnum = NULL;
	if ($result == NULL)
		SWIG_fail;
}
%typemap(freearg) T ** "if (made$argnum != NULL) FREE(made$argnum);"
%enddef
%define NMKB_RECORD(T)
%typemap(out) const T * {
	$result = $1 == NULL ? SWIG_Py_Void() : nmkb_record(&T##_table, $1);
	if ($result == NULL)
		SWIG_fail;
}
%enddef
%define NMKB_OPTIONS(T)
%typemap(in) const T * (T options, nmkb_call _global_call = {0}) {
	if ($input == Py_None) {
		$1 = NULL;
	} else {
		T##_init(&options);
		if (!nmkb_fill($input, &T##_table, &options, &_global_call.scratch))
			SWIG_fail;
		$1 = &options;
	}
}
%typemap(freearg) const T * "nmkb_scratch_free(&_global_call.scratch);"
%enddef
%define NMKB_ENUM(T)
%typemap(in) T {
	long long number;
	if (!nmkb_integer($input, "$1_name", INT32_MIN, INT32_MAX, &number))
		SWIG_fail;
	$1 = (T)number;
}
%typemap(out) T "$result = PyLong_FromLong((long)$1);"
%enddef
NMKB_ENUM(nmk_status)
/* nmk_status as a result is an exception, as above, but as an argument a number. */
%typemap(out) nmk_status (nmkb_call _global_call = {0}) {
	if (nmkb_failed(&_global_call, $1))
		SWIG_fail;
	$result = SWIG_Py_Void();
}
%typemap(in, numinputs=0) nmk_error *error "$1 = &_global_call.error;"

/* ---- plain types ---- */
%define NMKB_INTEGER(T, LEAST, MOST)
%typemap(in) T {
	long long number;
	if (!nmkb_integer($input, "$1_name", LEAST, MOST, &number))
		SWIG_fail;
	$1 = (T)number;
}
%enddef
NMKB_INTEGER(int32_t, INT32_MIN, INT32_MAX)
NMKB_INTEGER(uint32_t, 0, UINT32_MAX)
NMKB_INTEGER(int64_t, INT64_MIN, INT64_MAX)
NMKB_INTEGER(size_t, 0, INT64_MAX)
%typemap(in) bool {
	if (!PyBool_Check($input)) {
		PyErr_Format(PyExc_TypeError, "$1_name must be bool, not %R", (PyObject *)Py_TYPE($input));
		SWIG_fail;
	}
	$1 = $input == Py_True;
}
%typemap(in) const char * {
	$1 = NULL;
	if ($input != Py_None && ($1 = (char *)nmkb_text($input, "$1_name")) == NULL)
		SWIG_fail;
}
%typemap(freearg) const char * ""
%typemap(out) const char * {
	$result = nmkb_text_of($1);
	if ($result == NULL)
		SWIG_fail;
}
%typemap(out) char * {
	$result = nmkb_text_of($1);
	nmk_free($1);
	if ($result == NULL)
		SWIG_fail;
}
%typemap(newfree) char * ""

/* ---- out-parameters ---- */
%typemap(in, numinputs=0) char ** (char *text = NULL) "$1 = &text;"
%typemap(argout) char ** {
	$result = nmkb_add($result, nmkb_text_of(text$argnum));
	if ($result == NULL)
		SWIG_fail;
}
%typemap(freearg) char ** "nmk_free(text$argnum);"
%typemap(in, numinputs=0) bool * (bool flag = false) "$1 = &flag;"
%typemap(argout) bool * "$result = nmkb_add($result, PyBool_FromLong(flag$argnum));"
%typemap(in, numinputs=0) int64_t * (int64_t number = 0) "$1 = &number;"
%typemap(argout) int64_t * "$result = nmkb_add($result, PyLong_FromLongLong(number$argnum));"

/* ---- bytes ---- */
%typemap(arginit) (const void *BYTES, size_t SIZE) "view$argnum.obj = NULL;"
%typemap(in) (const void *BYTES, size_t SIZE) (Py_buffer view) {
	if (PyUnicode_Check($input)) {
		PyErr_SetString(PyExc_TypeError, "$1_name must be bytes-like, not str");
		SWIG_fail;
	}
	if (PyObject_GetBuffer($input, &view, PyBUF_SIMPLE) != 0)
		SWIG_fail;
	$1 = view.buf;
	$2 = (size_t)view.len;
}
%typemap(freearg) (const void *BYTES, size_t SIZE) "if (view$argnum.obj != NULL) PyBuffer_Release(&view$argnum);"
%typemap(in, numinputs=0) (unsigned char **BYTES_OUT, size_t *SIZE_OUT) (unsigned char *bytes = NULL, size_t size = 0)
	"$1 = &bytes; $2 = &size;"
%typemap(argout) (unsigned char **BYTES_OUT, size_t *SIZE_OUT) {
	$result = nmkb_add($result, PyBytes_FromStringAndSize((const char *)bytes$argnum, (Py_ssize_t)size$argnum));
	if ($result == NULL)
		SWIG_fail;
}
%typemap(freearg) (unsigned char **BYTES_OUT, size_t *SIZE_OUT) "nmk_free(bytes$argnum);"
%typemap(in, numinputs=0) (const char **VIEW_OUT, size_t *SIZE_OUT) (const char *view = NULL, size_t size = 0)
	"$1 = ($1_ltype)&view; $2 = &size;"
%typemap(argout) (const char **VIEW_OUT, size_t *SIZE_OUT) {
	$result = nmkb_add($result, PyBytes_FromStringAndSize(view$argnum, (Py_ssize_t)size$argnum));
	if ($result == NULL)
		SWIG_fail;
}
%typemap(in) (const char *const *TEXTS, size_t COUNT) (nmkb_call _global_call = {0}) {
	nmkb_member member = {"$1_name", NMKB_TEXTS, 0, sizeof(void *), 0, NULL};
	struct { const char *const *texts; size_t count; } list = {NULL, 0};
	if ($input != Py_None && !nmkb_fill_texts($input, &member, (char *)&list, &_global_call.scratch))
		SWIG_fail;
	$1 = ($1_ltype)list.texts;
	$2 = list.count;
}
%typemap(argout) (const char *const *TEXTS, size_t COUNT) ""
%typemap(freearg) (const char *const *TEXTS, size_t COUNT) "nmkb_scratch_free(&_global_call.scratch);"
%define NMKB_FIXED(NAME, SIZE)
%typemap(arginit) const unsigned char NAME[ANY], const unsigned char *NAME "view$argnum.obj = NULL;"
%typemap(in) const unsigned char NAME[ANY] (Py_buffer view), const unsigned char *NAME (Py_buffer view) {
	$1 = NULL;
	if ($input != Py_None) {
		if (PyUnicode_Check($input)) {
			PyErr_SetString(PyExc_TypeError, "$1_name must be bytes-like, not str");
			SWIG_fail;
		}
		if (PyObject_GetBuffer($input, &view, PyBUF_SIMPLE) != 0)
			SWIG_fail;
		if (view.len != SIZE) {
			PyErr_Format(PyExc_ValueError, "$1_name must have %d bytes", (int)SIZE);
			SWIG_fail;
		}
		$1 = (unsigned char *)view.buf;
	}
}
%typemap(argout) const unsigned char NAME[ANY], const unsigned char *NAME ""
%typemap(freearg) const unsigned char NAME[ANY], const unsigned char *NAME
	"if (view$argnum.obj != NULL) PyBuffer_Release(&view$argnum);"
%enddef
%define NMKB_FIXED_OUT(NAME, SIZE)
%typemap(in, numinputs=0) unsigned char NAME[ANY] (unsigned char bytes[SIZE]) "$1 = bytes;"
%typemap(argout) unsigned char NAME[ANY] {
	$result = nmkb_add($result, PyBytes_FromStringAndSize((const char *)bytes$argnum, SIZE));
	if ($result == NULL)
		SWIG_fail;
}
%enddef
%define NMKB_BUFFER_OUT(NAME, SIZE)
%typemap(in, numinputs=0) char NAME[ANY] (char text[SIZE]) "$1 = text;"
%typemap(argout) char NAME[ANY] {
	$result = nmkb_add($result, nmkb_text_of(text$argnum));
	if ($result == NULL)
		SWIG_fail;
}
%enddef
%define NMKB_FIXED_RETURN(TYPE, F, SIZE)
%typemap(out) TYPE F "$result = PyBytes_FromStringAndSize((const char *)$1, SIZE);"
%enddef

/* ---- callbacks ---- */
%define NMKB_CALLBACK(TYPE, NAME, FUNCTION)
%typemap(in) (TYPE NAME, void *CONTEXT) {
	if (!PyCallable_Check($input)) {
		PyErr_SetString(PyExc_TypeError, "$1_name must be callable");
		SWIG_fail;
	}
	$1 = FUNCTION;
	$2 = $input;
}
%enddef
NMKB_CALLBACK(nmk_writer, WRITER, nmkb_write)
%define NMKB_SINK(T)
NMKB_CALLBACK(T, SINK, nmkb_sink)
%enddef
/* Without one too: Ctrl-C stops what is long. */
%typemap(in) (nmk_progress PROGRESS, void *CONTEXT) {
	if ($input != Py_None && !PyCallable_Check($input)) {
		PyErr_SetString(PyExc_TypeError, "$1_name must be callable or None");
		SWIG_fail;
	}
	$1 = nmkb_progress;
	$2 = $input == Py_None ? NULL : $input;
}
