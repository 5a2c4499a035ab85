/* nanomarket.h -- everything. */
#ifndef NANOMARKET_H
#define NANOMARKET_H

#include "nanomarket/common.h"
#include "nanomarket/errors.h"
#include "nanomarket/content.h"
#include "nanomarket/version.h"
#include "nanomarket/market.h"
#include "nanomarket/session.h"
#include "nanomarket/user.h"
#include "nanomarket/password.h"
#include "nanomarket/second_factor.h"
#include "nanomarket/token.h"
#include "nanomarket/profile.h"
#include "nanomarket/category.h"
#include "nanomarket/nano.h"
#include "nanomarket/package.h"
#include "nanomarket/chat.h"
#include "nanomarket/search.h"
#include "nanomarket/suggest.h"
#include "nanomarket/feedback.h"
#include "nanomarket/rating.h"
#include "nanomarket/comment.h"
#include "nanomarket/comment_report.h"
#include "nanomarket/e2e.h"
#include "nanomarket/prekey.h"
#include "nanomarket/maintenance.h"
#include "nanomarket/sys/changes.h"
#include "nanomarket/audit.h"
#include "nanomarket/sys/keys.h"
#include "nanomarket/sys/outbox.h"

#endif
