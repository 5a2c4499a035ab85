/* nanomarket.i -- what is bound, whatever the language. The public headers are included as they are; what their names and types
 * tell is in derived.i, made from them by generate.py. */
%module _native
%{
#include "handle.h"
%}
%include <stdint.i>

%rename("%(strip:[nmk_])s") "";
/* Constants are in the enums of the thin layer. */
%rename("$ignore", regextarget=1, %$isconstant) "^NMK_";
%rename("$ignore", regextarget=1, %$isenumitem) "^NMK_";

/* A value that the script owns, and one that is part of another. */
%define NMKB_OWNED(T, FREE)
%nodefaultctor T;
%nodefaultdtor T;
typedef struct T {} T;
%extend T { ~T() { FREE($self); nmkb_count(-1); } }
%enddef
%define NMKB_PART(T)
%nodefaultctor T;
%nodefaultdtor T;
typedef struct T {} T;
%enddef

#if defined(SWIGPYTHON)
%include "python.i"
#elif defined(SWIGJAVASCRIPT)
%include "node.i"
#else
#error "No typemaps for this language."
#endif

%ignore nmk_reader;
NMKB_OWNED(nmk_market, NMKB_DROP)
NMKB_OWNED(nmk_session, NMKB_DROP)
%inline %{
void close_market(nmkb_box *box) { NMKB_END_BOX(box); }
void close_session(nmkb_box *box) { NMKB_END_BOX(box); }
void cancel_wait(nmkb_box *box) { nmkb_box_cancel(box); }
bool is_closed(nmkb_box *box) { return nmkb_box_is_closed(box); }
int live_objects(void) { return __atomic_load_n(&nmkb_live, __ATOMIC_RELAXED); }
%}

%include "derived.i"
