/* node.i -- typemaps for Node-API 8 (swig -javascript -napi -c++, compiled with C++ exceptions).
 *
 * SWIG's wrappers skip freearg and argout when they throw, so neither is used: all that a call borrows, owns and hands out lives in
 * one object on the heap. That also makes a call movable to a thread of libuv's pool: callAsync() runs the same wrapper so. */
%{
#include <atomic>
#include <cmath>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

/* ---- per environment: SWIG owns the slot for instance data ---- */
struct NmkbEnv {
	Napi::FunctionReference error_factory;
	bool                    async = false;
};
static std::mutex                                             nmkb_envs_mutex;
static std::unordered_map<napi_env, std::unique_ptr<NmkbEnv>> nmkb_envs;

static NmkbEnv *nmkb_env(Napi::Env env)
{
	std::lock_guard<std::mutex> guard(nmkb_envs_mutex);
	auto                       &entry = nmkb_envs[env];

	if (!entry) {
		entry.reset(new NmkbEnv);
		napi_add_env_cleanup_hook(env, [](void *dying) {
			std::unique_ptr<NmkbEnv>    last;
			std::lock_guard<std::mutex> inner(nmkb_envs_mutex);
			auto                        found = nmkb_envs.find((napi_env)dying);
			if (found != nmkb_envs.end()) {
				last = std::move(found->second);
				nmkb_envs.erase(found);
			}
		}, (napi_env)env);
	}
	return entry.get();
}

/* ---- errors ---- */
static Napi::Value nmkb_error(Napi::Env env, int status, const nmk_error &error)
{
	NmkbEnv *state = nmkb_env(env);

	if (state->error_factory.IsEmpty())
		return Napi::Error::New(env, error.message).Value();
	return state->error_factory.Call({Napi::Number::New(env, status), Napi::String::New(env, error.operation),
	                                  Napi::String::New(env, error.field), Napi::String::New(env, error.message),
	                                  Napi::Number::New(env, (double)error.retry_after_ms),
	                                  Napi::Number::New(env, nmk_error_http(&error))});
}

[[noreturn]] static void nmkb_type_error(Napi::Env env, const std::string &message, const char *code = "ERR_INVALID_ARG_TYPE")
{
	Napi::Error error = Napi::TypeError::New(env, message);

	error.Set("code", Napi::String::New(env, code));
	throw error;
}

[[noreturn]] static void nmkb_range_error(Napi::Env env, const std::string &message)
{
	Napi::Error error = Napi::RangeError::New(env, message);

	error.Set("code", Napi::String::New(env, "ERR_OUT_OF_RANGE"));
	throw error;
}

/* ---- arguments: SWIG's own conversions wrap, cut and replace silently ---- */
static const double NMKB_SAFE = 9007199254740991.0;

static double nmkb_integer(Napi::Env env, Napi::Value value, double least, double most, const char *name)
{
	double number;

	if (!value.IsNumber())
		nmkb_type_error(env, std::string(name) + " must be a number");
	number = value.As<Napi::Number>().DoubleValue();
	if (std::trunc(number) != number || number < least || number > most)
		nmkb_range_error(env, std::string(name) + " must be an integer from " + std::to_string((long long)least) + " to " +
		                          std::to_string((long long)most));
	return number;
}

static bool nmkb_bool(Napi::Env env, Napi::Value value, const char *name)
{
	if (!value.IsBoolean())
		nmkb_type_error(env, std::string(name) + " must be a boolean");
	return value.As<Napi::Boolean>().Value();
}

static bool nmkb_nothing(Napi::Value value)
{
	return value.IsNull() || value.IsUndefined();
}

static std::string nmkb_string(Napi::Env env, Napi::Value value, const char *name)
{
	std::string text;

	if (!value.IsString())
		nmkb_type_error(env, std::string(name) + " must be a string");
	text = value.As<Napi::String>().Utf8Value();
	if (text.find('\0') != std::string::npos)
		nmkb_type_error(env, std::string(name) + " must not contain U+0000", "ERR_INVALID_ARG_VALUE");
	if (text.find("\xEF\xBF\xBD") != std::string::npos) { /* perhaps put there for half a pair of surrogates */
		std::u16string units = value.As<Napi::String>().Utf16Value();
		for (size_t i = 0; i < units.size(); i++) {
			if (units[i] >= 0xD800 && units[i] < 0xDC00 && i + 1 < units.size() && units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000)
				i++;
			else if (units[i] >= 0xD800 && units[i] < 0xE000)
				nmkb_type_error(env, std::string(name) + " has a lone surrogate", "ERR_INVALID_ARG_VALUE");
		}
	}
	return text;
}

static Napi::Value nmkb_text_of(Napi::Env env, const char *text)
{
	return text == nullptr ? (Napi::Value)env.Null() : (Napi::Value)Napi::String::New(env, text);
}

/* ---- one call: what goes in and comes out ---- */
struct NmkbOut {
	virtual ~NmkbOut() {}
	virtual Napi::Value js(Napi::Env env) = 0;
};

typedef std::shared_ptr<std::atomic<int64_t>> NmkbNumber; /* a clock that the script sets, or a request to stop */

struct NmkbCall {
	bool                                      async = false;
	nmkb_box                                 *box = nullptr;
	bool                                      inside = false;
	int                                       refused = 0;
	nmk_error                                 error = {};
	std::deque<std::string>                   text; /* a deque: addresses stay */
	std::deque<std::vector<const char *>>     lists;
	std::vector<std::shared_ptr<void>>        owned;
	nmkb_key                                  key = {};
	nmkb_memory                               memory = {};
	std::unique_ptr<NmkbNumber>               clock; /* what the market's callback gets; goes over to its box */
	NmkbNumber                                cancel;
	std::vector<std::unique_ptr<NmkbOut>>     outs;
	std::vector<Napi::Reference<Napi::Value>> keep;
	Napi::Function                            progress;
	Napi::ThreadSafeFunction                  events;
	std::unique_ptr<Napi::Error>              thrown;

	~NmkbCall()
	{
		end();
		nmkb_wipe(&key, sizeof key);
		for (std::string &part : text)
			nmkb_wipe(&part[0], part.size());
		if (events)
			events.Release();
	}
	/* On the script's thread, which never waits: a call that was made before its session is closed is under way. */
	bool begin()
	{
		if (box == nullptr)
			return true;
		refused = nmkb_box_enter(box, false);
		inside = refused == 0;
		return inside;
	}
	void end()
	{
		if (inside)
			nmkb_box_leave(box);
		inside = false;
	}
	const nmk_session *session() const { return box != nullptr && box->exclusive ? (const nmk_session *)box->object : nullptr; }
	template <class T> T *out(T *made)
	{
		outs.emplace_back(made);
		return made;
	}
	template <class T> T *own()
	{
		std::shared_ptr<T> made(new T());
		owned.push_back(made);
		return made.get();
	}
	const char *string(Napi::Env env, Napi::Value value, const char *name)
	{
		if (nmkb_nothing(value))
			return nullptr;
		text.push_back(nmkb_string(env, value, name));
		return text.back().c_str();
	}
	void check(Napi::Env env, nmk_status status)
	{
		if (thrown)
			throw Napi::Error(*thrown);
		if (refused != 0 || status != NMK_OK)
			throw Napi::Error(env, failure(env, status));
	}
	Napi::Value failure(Napi::Env env, nmk_status status)
	{
		if (refused == 0)
			return nmkb_error(env, (int)status, error);
		memset(&error, 0, sizeof error);
		error.status = NMK_ESTATE;
		strcpy(error.message, refused == NMKB_CLOSED    ? "It is closed."
		                      : refused == NMKB_IN_USE ? "A call of this session is under way: await it first."
		                                               : "A callback of a call must not use its session.");
		return nmkb_error(env, refused, error);
	}
	Napi::Value result(Napi::Env env)
	{
		if (outs.empty())
			return env.Undefined();
		if (outs.size() == 1)
			return outs[0]->js(env);
		Napi::Array several = Napi::Array::New(env, outs.size());
		for (size_t i = 0; i < outs.size(); i++)
			several.Set((uint32_t)i, outs[i]->js(env));
		return several;
	}
};

/* Bytes are borrowed by a synchronous call, and copied by an asynchronous one: the script may detach or change them meanwhile. */
static void nmkb_bytes(Napi::Env env, Napi::Value value, NmkbCall &call, const char *name, const void **data, size_t *size)
{
	if (value.IsTypedArray()) {
		Napi::TypedArray array = value.As<Napi::TypedArray>();
		*data = (const char *)array.ArrayBuffer().Data() + array.ByteOffset();
		*size = array.ByteLength();
	} else if (value.IsDataView()) {
		Napi::DataView view = value.As<Napi::DataView>();
		*data = view.Data();
		*size = view.ByteLength();
	} else if (value.IsArrayBuffer()) {
		Napi::ArrayBuffer buffer = value.As<Napi::ArrayBuffer>();
		*data = buffer.Data();
		*size = buffer.ByteLength();
	} else {
		nmkb_type_error(env, std::string(name) + " must be a Buffer, TypedArray, DataView or ArrayBuffer");
	}
	if (call.async || *size == 0) {
		call.text.emplace_back((const char *)(*size == 0 ? "" : *data), *size);
		*data = call.text.back().data();
	}
}

struct NmkbOutText : NmkbOut {
	char *text = nullptr;
	~NmkbOutText() { nmk_free(text); }
	Napi::Value js(Napi::Env env) override { return nmkb_text_of(env, text); }
};
struct NmkbOutBytes : NmkbOut {
	unsigned char *data = nullptr;
	size_t         size = 0;
	~NmkbOutBytes() { nmk_free(data); }
	Napi::Value js(Napi::Env env) override { return Napi::Buffer<unsigned char>::Copy(env, data, size); }
};
struct NmkbOutView : NmkbOut {
	const char *data = nullptr;
	size_t      size = 0;
	Napi::Value js(Napi::Env env) override { return Napi::Buffer<char>::Copy(env, data, size); }
};
struct NmkbOutBool : NmkbOut {
	bool value = false;
	Napi::Value js(Napi::Env env) override { return Napi::Boolean::New(env, value); }
};
struct NmkbOutNumber : NmkbOut {
	int64_t value = 0;
	Napi::Value js(Napi::Env env) override { return Napi::Number::New(env, (double)value); }
};
template <size_t N> struct NmkbOutFixed : NmkbOut {
	unsigned char bytes[N] = {};
	Napi::Value js(Napi::Env env) override { return Napi::Buffer<unsigned char>::Copy(env, bytes, N); }
};
template <size_t N> struct NmkbOutBuffer : NmkbOut {
	char text[N] = {};
	Napi::Value js(Napi::Env env) override { return Napi::String::New(env, text); }
};
/* What a writer takes, and what a sink of named files takes. */
struct NmkbOutWritten : NmkbOut {
	std::string bytes;
	static int take(void *context, const void *data, size_t size)
	{
		try {
			((NmkbOutWritten *)context)->bytes.append((const char *)data, size);
		} catch (const std::bad_alloc &) {
			return 1;
		}
		return 0;
	}
	Napi::Value js(Napi::Env env) override { return Napi::Buffer<char>::Copy(env, bytes.data(), bytes.size()); }
};
struct NmkbOutFiles : NmkbOut {
	std::vector<std::pair<std::string, std::string>> files;
	static int take(void *context, const char *file, const void *data, size_t size)
	{
		try {
			auto &files = ((NmkbOutFiles *)context)->files;
			if (files.empty() || files.back().first != file)
				files.emplace_back(file, std::string());
			files.back().second.append((const char *)data, size);
		} catch (const std::bad_alloc &) {
			return 1;
		}
		return 0;
	}
	Napi::Value js(Napi::Env env) override
	{
		Napi::Object object = Napi::Object::New(env);
		for (auto &file : files) {
			Napi::Value before = object.Get(file.first);
			std::string whole = before.IsBuffer() ? std::string(before.As<Napi::Buffer<char>>().Data(), before.As<Napi::Buffer<char>>().Length()) : "";
			whole += file.second;
			object.Set(file.first, Napi::Buffer<char>::Copy(env, whole.data(), whole.size()));
		}
		return object;
	}
};
template <class T, void (*Free)(T *)> struct NmkbOutValue : NmkbOut {
	T              *value = nullptr;
	swig_type_info *type;
	explicit NmkbOutValue(swig_type_info *t) : type(t) {}
	~NmkbOutValue()
	{
		if (value != nullptr)
			Free(value);
	}
	Napi::Value js(Napi::Env env) override;
};
template <class T, void (*End)(void *), bool Exclusive> struct NmkbOutBox : NmkbOut {
	T              *object = nullptr;
	swig_type_info *type;
	NmkbCall       *call;
	NmkbOutBox(swig_type_info *t, NmkbCall *c) : type(t), call(c) {}
	~NmkbOutBox()
	{
		if (object != nullptr)
			End(object);
	}
	Napi::Value js(Napi::Env env) override;
};

/* ---- progress: on the script's thread directly, or through its event loop ---- */
static bool nmkb_progress(void *context, int64_t done, int64_t total)
{
	NmkbCall *call = (NmkbCall *)context;

	if (call->cancel && call->cancel->load() != 0)
		return false;
	if (call->async && call->events) {
		auto *step = new std::pair<int64_t, int64_t>(done, total);
		if (call->events.NonBlockingCall(step, [](Napi::Env env, Napi::Function function, std::pair<int64_t, int64_t> *told) {
			    std::unique_ptr<std::pair<int64_t, int64_t>> owner(told);
			    if (env != nullptr)
				    function.Call({Napi::Number::New(env, (double)told->first), Napi::Number::New(env, (double)told->second)});
		    }) != napi_ok)
			delete step;
	} else if (!call->async && !call->progress.IsEmpty()) {
		Napi::Env         env = call->progress.Env();
		Napi::HandleScope scope(env);
		try {
			Napi::Value answer = call->progress.Call({Napi::Number::New(env, (double)done), Napi::Number::New(env, (double)total)});
			return !(answer.IsBoolean() && !answer.As<Napi::Boolean>().Value());
		} catch (const Napi::Error &error) {
			call->thrown.reset(new Napi::Error(error));
			return false;
		}
	}
	return true;
}

static int64_t nmkb_clock(void *context)
{
	return (*(NmkbNumber *)context)->load();
}

static void nmkb_forget(void *keep)
{
	delete (NmkbNumber *)keep;
}

/* ---- asynchronous calls ---- */
class NmkbWorker : public Napi::AsyncWorker {
	std::shared_ptr<NmkbCall>   call;
	std::function<nmk_status()> run;
	nmk_status                  status = NMK_OK;
	Napi::Promise::Deferred     deferred;

public:
	NmkbWorker(Napi::Env env, std::shared_ptr<NmkbCall> c, std::function<nmk_status()> r)
		: Napi::AsyncWorker(env, "nanomarket"), call(std::move(c)), run(std::move(r)), deferred(Napi::Promise::Deferred::New(env))
	{
	}
	void Execute() override { status = run(); }
	static void settle(Napi::Env env, nmk_status status, NmkbCall &call, Napi::Promise::Deferred &deferred)
	{
		try {
			call.check(env, status);
			deferred.Resolve(call.result(env));
		} catch (const Napi::Error &error) {
			deferred.Reject(error.Value());
		}
	}
	void OnOK() override
	{
		struct Last {
			nmk_status                status;
			std::shared_ptr<NmkbCall> call;
			Napi::Promise::Deferred   deferred;
		};
		if (call->events) { /* behind the steps that wait in the queue */
			auto *last = new Last{status, call, deferred};
			if (call->events.NonBlockingCall(last, [](Napi::Env env, Napi::Function, Last *settled) {
				    std::unique_ptr<Last> owner(settled);
				    if (env != nullptr)
					    settle(env, settled->status, *settled->call, settled->deferred);
			    }) == napi_ok)
				return;
			delete last;
		}
		settle(Env(), status, *call, deferred);
	}
	void OnError(const Napi::Error &error) override { deferred.Reject(error.Value()); }
	Napi::Promise promise() { return deferred.Promise(); }
};

struct NmkbScope {
	std::shared_ptr<NmkbCall> call;
	explicit NmkbScope(Napi::Env env) : call(std::make_shared<NmkbCall>())
	{
		NmkbEnv *state = nmkb_env(env);
		call->async = state->async;
		state->async = false;
	}
	NmkbCall *operator->() const { return call.get(); }
	NmkbCall &operator*() const { return *call; }
};

static Napi::Value nmkb_queue(const Napi::CallbackInfo &info, std::shared_ptr<NmkbCall> call, std::function<nmk_status()> run)
{
	for (size_t i = 0; i < info.Length(); i++)
		if (info[i].IsObject())
			call->keep.push_back(Napi::Reference<Napi::Value>::New(info[i], 1));
	auto         *worker = new NmkbWorker(info.Env(), std::move(call), std::move(run));
	Napi::Promise promise = worker->promise();
	worker->Queue();
	return promise;
}

static Napi::Value nmkb_call_async(const Napi::CallbackInfo &info)
{
	NmkbEnv                *state = nmkb_env(info.Env());
	std::vector<napi_value> arguments;
	struct Flag {
		NmkbEnv *state;
		explicit Flag(NmkbEnv *s) : state(s) { state->async = true; }
		~Flag() { state->async = false; }
	} flag(state);

	if (info.Length() == 0 || !info[0].IsFunction())
		nmkb_type_error(info.Env(), "a function is needed");
	for (size_t i = 1; i < info.Length(); i++)
		arguments.push_back(info[i]);
	return info[0].As<Napi::Function>().Call(arguments);
}

static Napi::Value nmkb_set_error_factory(const Napi::CallbackInfo &info)
{
	nmkb_env(info.Env())->error_factory = Napi::Persistent(info[0].As<Napi::Function>());
	return info.Env().Undefined();
}

static Napi::Value nmkb_new_number(const Napi::CallbackInfo &info)
{
	auto *number = new NmkbNumber(new std::atomic<int64_t>((int64_t)nmkb_integer(info.Env(), info[0], -NMKB_SAFE, NMKB_SAFE, "value")));
	return Napi::External<NmkbNumber>::New(info.Env(), number, [](Napi::Env, NmkbNumber *n) { delete n; });
}

static NmkbNumber nmkb_number(Napi::Env env, Napi::Value value, const char *name)
{
	if (!value.IsExternal())
		nmkb_type_error(env, std::string(name) + " must come from newNumber()");
	return *value.As<Napi::External<NmkbNumber>>().Data();
}

static Napi::Value nmkb_set_number(const Napi::CallbackInfo &info)
{
	*nmkb_number(info.Env(), info[0], "number") = (int64_t)nmkb_integer(info.Env(), info[1], -NMKB_SAFE, NMKB_SAFE, "value");
	return info.Env().Undefined();
}

static Napi::Value nmkb_get_number(const Napi::CallbackInfo &info)
{
	return Napi::Number::New(info.Env(), (double)nmkb_number(info.Env(), info[0], "number")->load());
}

/* ---- option structs ---- */
static void nmkb_fill(Napi::Env env, Napi::Value value, const nmkb_struct &table, void *options, NmkbCall &call);

static void nmkb_fill_member(Napi::Env env, Napi::Value value, const nmkb_member &member, char *base, NmkbCall &call)
{
	char *at = base + member.offset;

	switch (member.kind) {
	case NMKB_TEXT:
		*(const char **)(void *)at = call.string(env, value, member.name);
		break;
	case NMKB_BOOL:
		*(bool *)at = nmkb_bool(env, value, member.name);
		break;
	case NMKB_INT32:
	case NMKB_ENUM:
		*(int32_t *)(void *)at = (int32_t)nmkb_integer(env, value, INT32_MIN, INT32_MAX, member.name);
		break;
	case NMKB_UINT32:
		*(uint32_t *)(void *)at = (uint32_t)nmkb_integer(env, value, 0, UINT32_MAX, member.name);
		break;
	case NMKB_INT64:
		*(int64_t *)(void *)at = (int64_t)nmkb_integer(env, value, -NMKB_SAFE, NMKB_SAFE, member.name);
		break;
	case NMKB_SIZE:
		*(size_t *)(void *)at = (size_t)nmkb_integer(env, value, 0, NMKB_SAFE, member.name);
		break;
	case NMKB_STRUCT: {
		std::shared_ptr<void> inner(calloc(1, member.inner->size), free);
		if (!inner)
			throw Napi::Error::New(env, "no memory");
		call.owned.push_back(inner);
		*(uint32_t *)inner.get() = member.inner->version;
		*(void **)(void *)at = inner.get();
		nmkb_fill(env, value, *member.inner, inner.get(), call);
		break;
	}
	case NMKB_TEXTS:
	case NMKB_LIST: {
		if (!value.IsArray())
			nmkb_type_error(env, std::string(member.name) + " must be an array");
		Napi::Array array = value.As<Napi::Array>();
		call.lists.emplace_back();
		std::vector<const char *> &texts = call.lists.back();
		for (uint32_t i = 0; i < array.Length(); i++) {
			call.text.push_back(nmkb_string(env, array.Get(i), member.name));
			texts.push_back(call.text.back().c_str());
		}
		if (member.kind == NMKB_TEXTS)
			*(size_t *)(void *)(base + member.extra) = texts.size();
		texts.push_back(nullptr);
		*(const char *const **)(void *)at = texts.data();
		break;
	}
	case NMKB_BYTES: {
		const void *data;
		nmkb_bytes(env, value, call, member.name, &data, (size_t *)(void *)(base + member.extra));
		*(const void **)(void *)at = data;
		break;
	}
	case NMKB_READER: {
		const void *data;
		nmkb_bytes(env, value, call, member.name, &data, &call.memory.size);
		call.memory.bytes = (const unsigned char *)data;
		*(nmk_reader *)(void *)at = nmkb_read_memory;
		*(void **)(void *)(base + member.extra) = &call.memory;
		break;
	}
	case NMKB_CLOCK:
		call.clock.reset(new NmkbNumber(nmkb_number(env, value, member.name)));
		*(int64_t (**)(void *))(void *)at = nmkb_clock;
		*(void **)(void *)(base + member.extra) = call.clock.get();
		break;
	case NMKB_ROOT_KEY: {
		const void *data;
		size_t      size;
		nmkb_bytes(env, value, call, member.name, &data, &size);
		if (size != 32)
			nmkb_range_error(env, std::string(member.name) + " must have 32 bytes");
		memcpy(call.key.bytes, data, 32);
		*(nmk_status (**)(void *, unsigned char *))(void *)at = nmkb_give_key;
		*(void **)(void *)(base + member.extra) = &call.key;
		break;
	}
	}
}

static void nmkb_fill(Napi::Env env, Napi::Value value, const nmkb_struct &table, void *options, NmkbCall &call)
{
	if (!value.IsObject() || value.IsArray() || value.IsFunction())
		nmkb_type_error(env, std::string(table.name) + " must be an object");
	Napi::Object object = value.As<Napi::Object>();
	for (const nmkb_member *member = table.members; member->name != nullptr; member++) {
		Napi::Value given = object.Get(member->name);
		if (given.IsUndefined())
			continue;
		if (member->bit != 0)
			*(uint32_t *)(void *)((char *)options + table.set) |= member->bit;
		if (!given.IsNull())
			nmkb_fill_member(env, given, *member, (char *)options, call);
	}
}

static Napi::Value nmkb_record(Napi::Env env, const nmkb_struct &table, const void *record)
{
	if (record == nullptr)
		return env.Null();
	Napi::Object object = Napi::Object::New(env);
	for (const nmkb_member *member = table.members; member->name != nullptr; member++) {
		const char *at = (const char *)record + member->offset;
		if (member->kind == NMKB_TEXT)
			object.Set(member->name, nmkb_text_of(env, *(const char *const *)(const void *)at));
		else if (member->kind == NMKB_BOOL)
			object.Set(member->name, Napi::Boolean::New(env, *(const bool *)at));
		else if (member->kind == NMKB_INT64)
			object.Set(member->name, Napi::Number::New(env, (double)*(const int64_t *)(const void *)at));
		else
			object.Set(member->name, Napi::Number::New(env, *(const int32_t *)(const void *)at));
	}
	return object;
}

#define NMKB_DROP(self) nmkb_box_drop((nmkb_box *)(self))
#define NMKB_END_BOX(box) nmkb_box_close(box)
%}

%wrapper %{
/* SWIG knows nothing of classes without a public constructor, and then takes every wrapped object for every other. Type tags of
 * Node-API tell ours apart for certain: from each other, from other modules' objects, and from faked prototypes. */
static napi_type_tag nmkb_tag(swig_type_info *type)
{
	napi_type_tag tag = {0x6e616e6f6d61726bULL, 1469598103934665603ULL};

	for (const char *letter = type->name; *letter != '\0'; letter++)
		tag.upper = (tag.upper ^ (unsigned char)*letter) * 1099511628211ULL;
	return tag;
}

static Napi::Value nmkb_wrap(Napi::Env env, void *pointer, swig_type_info *type, int flags)
{
	Napi::Value value = SWIG_NAPI_NewPointerObj(env, pointer, type, flags);

	if (flags & SWIG_POINTER_OWN)
		nmkb_count(1);
	if (value.IsObject()) {
		napi_type_tag tag = nmkb_tag(type);
		Napi::ObjectWrap<SWIG_NAPI_ObjectWrap_inst>::Unwrap(value.As<Napi::Object>())->info = type;
		napi_type_tag_object(env, value, &tag);
	}
	return value;
}

static void *nmkb_unwrap(Napi::Env env, Napi::Value value, swig_type_info *type)
{
	napi_type_tag tag = nmkb_tag(type);
	bool          ours = false;
	void         *wrapped = nullptr;

	if (value.IsObject() && napi_check_object_type_tag(env, value, &tag, &ours) == napi_ok && ours &&
	    napi_unwrap(env, value, &wrapped) == napi_ok && wrapped != nullptr)
		return ((SWIG_NAPI_ObjectWrap_inst *)wrapped)->self;
	return nullptr;
}

static void *nmkb_handle(Napi::Env env, Napi::Value value, swig_type_info *type, const char *message)
{
	void *handle = nmkb_unwrap(env, value, type);

	if (handle == nullptr)
		nmkb_type_error(env, message);
	return handle;
}

template <class T, void (*Free)(T *)> Napi::Value NmkbOutValue<T, Free>::js(Napi::Env env)
{
	if (value == nullptr)
		return env.Null();
	Napi::Value made = nmkb_wrap(env, value, type, SWIG_POINTER_OWN);
	value = nullptr;
	return made;
}

template <class T, void (*End)(void *), bool Exclusive> Napi::Value NmkbOutBox<T, End, Exclusive>::js(Napi::Env env)
{
	nmkb_box *box = nmkb_box_new(object, End, Exclusive, call->box == nullptr ? nullptr : nmkb_market_of(call->box));
	object = nullptr;
	if (box == nullptr)
		throw Napi::Error::New(env, "no memory");
	if (call->clock) {
		box->keep = call->clock.release();
		box->keep_free = nmkb_forget;
	}
	return nmkb_wrap(env, box, type, SWIG_POINTER_OWN);
}
%}
%init %{
	exports.Set("callAsync", Napi::Function::New(env, nmkb_call_async, "callAsync"));
	exports.Set("setErrorFactory", Napi::Function::New(env, nmkb_set_error_factory, "setErrorFactory"));
	exports.Set("newNumber", Napi::Function::New(env, nmkb_new_number, "newNumber"));
	exports.Set("setNumber", Napi::Function::New(env, nmkb_set_number, "setNumber"));
	exports.Set("getNumber", Napi::Function::New(env, nmkb_get_number, "getNumber"));
%}

/* ---- what a call answers ---- */
%typemap(out) nmk_status (NmkbScope _global_call = NmkbScope(env)) {
	_global_call->check(env, $1);
	$result = _global_call->result(env);
}
%typemap(out) void (NmkbScope _global_call = NmkbScope(env)) "$result = env.Undefined();"
%exception { $action }
%define NMKB_WAITS(F)
%exception F {
	std::shared_ptr<NmkbCall> nmkb_call = _global_call.call;
	auto run = [=]() mutable -> nmk_status {
		nmk_status result;
		$action
		if (result != NMK_OK)
			nmkb_describe(&nmkb_call->error, result, nullptr);
		return result;
	};
	if (nmkb_call->async)
		return nmkb_queue(info, nmkb_call, run);
	result = run();
}
%enddef
%define NMKB_WAITS_INSIDE(F)
%exception F {
	std::shared_ptr<NmkbCall> nmkb_call = _global_call.call;
	auto run = [=]() mutable -> nmk_status {
		nmk_status result = NMK_OK;
		if (nmkb_call->async)
			nmkb_box_take_over(nmkb_call->box);
		arg1 = static_cast<decltype(arg1)>(nmkb_call->box->object);
		$action
		if (result != NMK_OK)
			nmkb_describe(&nmkb_call->error, result, nmkb_call->session());
		nmkb_call->end();
		return result;
	};
	if (!nmkb_call->begin())
		nmkb_call->check(env, NMK_ESTATE);
	if (nmkb_call->async) {
		nmkb_box_hand_over(nmkb_call->box);
		return nmkb_queue(info, nmkb_call, run);
	}
	result = run();
}
%enddef
%define NMKB_PURE(F)
%exception F {
	$action
	if (result != NMK_OK)
		nmkb_describe(&_global_call->error, result, nullptr);
}
%enddef
/* Left when the call's object is destroyed: what is borrowed from the session is converted until then. */
%define NMKB_LOCKED(F)
%exception F {
	if (!_global_call->begin())
		_global_call->check(env, NMK_ESTATE);
	arg1 = static_cast<decltype(arg1)>(_global_call->box->object);
	$action
}
%enddef
/* What another thread may call while the session is in use; on none after it was closed, which the library allows. */
%define NMKB_ANYTIME(F)
%exception F {
	pthread_mutex_lock(&_global_call->box->guard);
	arg1 = static_cast<decltype(arg1)>(_global_call->box->object);
	$action
	pthread_mutex_unlock(&_global_call->box->guard);
}
%enddef

/* ---- market and session ---- */
%define NMKB_BOX(T, END, EXCLUSIVE)
%typemap(in) T * (NmkbScope _global_call = NmkbScope(env)), const T * (NmkbScope _global_call = NmkbScope(env)) {
	_global_call->box = (nmkb_box *)nmkb_handle(env, $input, $descriptor(T *), "$1_name must be an open " #T);
	$1 = nullptr; /* its object is taken inside: it may end until then */
}
%typemap(in, numinputs=0) T ** (NmkbScope _global_call = NmkbScope(env)) {
	$1 = &_global_call->out(new NmkbOutBox<T, END, EXCLUSIVE>($descriptor(T *), _global_call.call.get()))->object;
}
%enddef
NMKB_BOX(nmk_market, nmkb_market_end, false)
NMKB_BOX(nmk_session, nmkb_session_end, true)
%typemap(in) nmkb_box *box {
	void *pointer = nmkb_unwrap(env, $input, $descriptor(nmk_session *));
	if (pointer == nullptr)
		pointer = nmkb_handle(env, $input, $descriptor(nmk_market *), "box must be a market or a session");
	$1 = (nmkb_box *)pointer;
}

/* ---- values ---- */
%define NMKB_BORROWED(T)
%typemap(in) T *, const T * { $1 = ($1_ltype)nmkb_handle(env, $input, $descriptor(T *), "$1_name must be a " #T); }
%typemap(out) const T * "$result = $1 == nullptr ? (Napi::Value)env.Null() : nmkb_wrap(env, (void *)$1, $descriptor(T *), 0);"
%enddef
%define NMKB_VALUE(T, FREE)
NMKB_BORROWED(T)
%typemap(in, numinputs=0) T ** (NmkbScope _global_call = NmkbScope(env)) {
	$1 = &_global_call->out(new NmkbOutValue<T, FREE>($descriptor(T *)))->value;
}
%enddef
%define NMKB_RECORD(T)
%typemap(out) const T * { $result = nmkb_record(env, T##_table, $1); }
%enddef
%define NMKB_OPTIONS(T)
%typemap(in) const T * (NmkbScope _global_call = NmkbScope(env)) {
	$1 = nullptr;
	if (!nmkb_nothing($input)) {
		T *options = _global_call->own<T>();
		T##_init(options);
		nmkb_fill(env, $input, T##_table, options, *_global_call);
		$1 = options;
	}
}
%enddef
%define NMKB_ENUM(T)
%typemap(in) T "$1 = (T)(int)nmkb_integer(env, $input, INT32_MIN, INT32_MAX, \"$1_name\");"
%typemap(out) T "$result = Napi::Number::New(env, (double)$1);"
%enddef
%typemap(in) nmk_status "$1 = (nmk_status)(int)nmkb_integer(env, $input, INT32_MIN, INT32_MAX, \"$1_name\");"
%typemap(in, numinputs=0) nmk_error *error (NmkbScope _global_call = NmkbScope(env)) "$1 = &_global_call->error;"

/* ---- plain types ---- */
%typemap(in) int, int32_t "$1 = ($1_ltype)nmkb_integer(env, $input, INT32_MIN, INT32_MAX, \"$1_name\");"
%typemap(in) uint32_t "$1 = (uint32_t)nmkb_integer(env, $input, 0, UINT32_MAX, \"$1_name\");"
%typemap(in) int64_t "$1 = (int64_t)nmkb_integer(env, $input, -NMKB_SAFE, NMKB_SAFE, \"$1_name\");"
%typemap(in) size_t "$1 = (size_t)nmkb_integer(env, $input, 0, NMKB_SAFE, \"$1_name\");"
%typemap(in) bool "$1 = nmkb_bool(env, $input, \"$1_name\");"
%typemap(out) int, int32_t, uint32_t, int64_t, size_t "$result = Napi::Number::New(env, (double)$1);"
%typemap(out) bool "$result = Napi::Boolean::New(env, $1);"
%typemap(in) const char * (NmkbScope _global_call = NmkbScope(env)) "$1 = (char *)_global_call->string(env, $input, \"$1_name\");"
%typemap(freearg) const char * ""
%typemap(out) const char * "$result = nmkb_text_of(env, $1);"
%typemap(out) char * {
	std::unique_ptr<char, void (*)(void *)> owner($1, nmk_free);
	$result = nmkb_text_of(env, $1);
}
%typemap(newfree) char * ""

/* ---- out-parameters ---- */
%typemap(in, numinputs=0) char ** (NmkbScope _global_call = NmkbScope(env)) "$1 = &_global_call->out(new NmkbOutText)->text;"
%typemap(in, numinputs=0) bool * (NmkbScope _global_call = NmkbScope(env)) "$1 = &_global_call->out(new NmkbOutBool)->value;"
%typemap(in, numinputs=0) int64_t * (NmkbScope _global_call = NmkbScope(env)) "$1 = &_global_call->out(new NmkbOutNumber)->value;"

/* ---- bytes ---- */
%typemap(in) (const void *BYTES, size_t SIZE) (NmkbScope _global_call = NmkbScope(env)) {
	const void *data;
	size_t      size;
	nmkb_bytes(env, $input, *_global_call, "$1_name", &data, &size);
	$1 = (void *)data;
	$2 = size;
}
%typemap(in, numinputs=0) (unsigned char **BYTES_OUT, size_t *SIZE_OUT) (NmkbScope _global_call = NmkbScope(env)) {
	auto *made = _global_call->out(new NmkbOutBytes);
	$1 = &made->data;
	$2 = &made->size;
}
%typemap(in, numinputs=0) (const char **VIEW_OUT, size_t *SIZE_OUT) (NmkbScope _global_call = NmkbScope(env)) {
	auto *made = _global_call->out(new NmkbOutView);
	$1 = ($1_ltype)&made->data;
	$2 = &made->size;
}
%typemap(in) (const char *const *TEXTS, size_t COUNT) (NmkbScope _global_call = NmkbScope(env)) {
	static const nmkb_member member = {"$1_name", NMKB_TEXTS, 0, sizeof(void *), 0, nullptr};
	struct { const char *const *texts; size_t count; } list = {nullptr, 0};
	if (!nmkb_nothing($input))
		nmkb_fill_member(env, $input, member, (char *)&list, *_global_call);
	$1 = ($1_ltype)list.texts;
	$2 = list.count;
}
%define NMKB_FIXED(NAME, SIZE)
%typemap(in) const unsigned char NAME[ANY] (NmkbScope _global_call = NmkbScope(env)), const unsigned char *NAME (NmkbScope _global_call = NmkbScope(env)) {
	const void *data = nullptr;
	size_t      size = SIZE;
	if (!nmkb_nothing($input))
		nmkb_bytes(env, $input, *_global_call, "$1_name", &data, &size);
	if (size != SIZE)
		nmkb_range_error(env, "$1_name must have " + std::to_string((int)SIZE) + " bytes");
	$1 = (unsigned char *)data;
}
%enddef
%define NMKB_FIXED_OUT(NAME, SIZE)
%typemap(in, numinputs=0) unsigned char NAME[ANY] (NmkbScope _global_call = NmkbScope(env))
	"$1 = _global_call->out(new NmkbOutFixed<SIZE>)->bytes;"
%enddef
%define NMKB_BUFFER_OUT(NAME, SIZE)
%typemap(in, numinputs=0) char NAME[ANY] (NmkbScope _global_call = NmkbScope(env))
	"$1 = _global_call->out(new NmkbOutBuffer<SIZE>)->text;"
%enddef
%define NMKB_FIXED_RETURN(TYPE, F, SIZE)
%typemap(out) TYPE F "$result = Napi::Buffer<char>::Copy(env, (const char *)$1, SIZE);"
%enddef

/* ---- callbacks ---- */
%typemap(in, numinputs=0) (nmk_writer WRITER, void *CONTEXT) (NmkbScope _global_call = NmkbScope(env)) {
	$1 = NmkbOutWritten::take;
	$2 = _global_call->out(new NmkbOutWritten);
}
%define NMKB_SINK(T)
%typemap(in, numinputs=0) (T SINK, void *CONTEXT) (NmkbScope _global_call = NmkbScope(env)) {
	$1 = NmkbOutFiles::take;
	$2 = _global_call->out(new NmkbOutFiles);
}
%enddef
/* [function or nothing, number that is not 0 to stop, or nothing] */
%typemap(in) (nmk_progress PROGRESS, void *CONTEXT) (NmkbScope _global_call = NmkbScope(env)) {
	$1 = nullptr;
	$2 = nullptr;
	if (!nmkb_nothing($input)) {
		if (!$input.IsArray())
			nmkb_type_error(env, "$1_name must be an array");
		Napi::Value function = $input.As<Napi::Array>().Get(0u), cancel = $input.As<Napi::Array>().Get(1u);
		if (!nmkb_nothing(cancel))
			_global_call->cancel = nmkb_number(env, cancel, "cancel");
		if (!nmkb_nothing(function) && !function.IsFunction())
			nmkb_type_error(env, "$1_name must be a function");
		if (function.IsFunction() && _global_call->async)
			_global_call->events = Napi::ThreadSafeFunction::New(env, function.As<Napi::Function>(), "nanomarket", 0, 1);
		else if (function.IsFunction())
			_global_call->progress = function.As<Napi::Function>();
		$1 = nmkb_progress;
		$2 = _global_call.call.get();
	}
}
