/* sizes.c -- the numbers of the header as functions, for languages without a preprocessor. */
#include <nanomarket/e2e.h>

size_t nmk_e2e_key_bytes(void) { return NMK_E2E_KEY_BYTES; }
size_t nmk_e2e_signed_prekey_bytes(void) { return NMK_E2E_SIGNED_PREKEY_BYTES; }
size_t nmk_e2e_one_time_prekey_bytes(void) { return NMK_E2E_ONE_TIME_PREKEY_BYTES; }
size_t nmk_e2e_one_time_prekeys_maximum(void) { return NMK_E2E_ONE_TIME_PREKEYS_MAXIMUM; }
size_t nmk_e2e_bundle_maximum(void) { return NMK_E2E_BUNDLE_MAXIMUM; }
size_t nmk_e2e_text_maximum(void) { return NMK_E2E_TEXT_MAXIMUM; }
size_t nmk_e2e_message_maximum(void) { return NMK_E2E_MESSAGE_MAXIMUM; }
size_t nmk_e2e_report_maximum(void) { return NMK_E2E_REPORT_MAXIMUM; }
size_t nmk_e2e_context_maximum(void) { return NMK_E2E_CONTEXT_MAXIMUM; }
size_t nmk_e2e_safety_number_size(void) { return NMK_E2E_SAFETY_NUMBER_SIZE; }
