/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * chan_skype: a stand-in for the Skype for Asterisk channel driver, for Asterisk 22.
 * Copyright (C) 2026 the chan-skype-companion authors.
 * GNU General Public License, version 2: see the file LICENSE.
 *
 * What the files share. "Manual" is the Skype for Asterisk Administrator Manual, Rev. B3.
 *
 * Locking: one mutex, sfa_lock, guards everything declared here. Order: a channel's lock first,
 * then sfa_lock. Under sfa_lock no channel, dialplan context or hint may be locked; events and
 * device states may be published (Asterisk only queues them). Functions whose comment does not
 * say otherwise are called with sfa_lock held.
 */
#ifndef CHAN_SKYPE_H
#define CHAN_SKYPE_H

#include "asterisk.h"

#include "asterisk/linkedlists.h"
#include "asterisk/lock.h"
#include "asterisk/module.h"
#include "asterisk/stringfields.h"
#include "asterisk/strings.h"
#include "asterisk/utils.h"

#define NAME_SIZE 129 /* longest Skype name, with its NUL */

extern ast_mutex_t sfa_lock;
#define SFA_LOCKED SCOPED_MUTEX(sfa_locked, &sfa_lock)

struct account;

/* ---- people: everybody of the simulated community, on this PBX or outside ---- */

/* Profile texts, in the order in which they are listed (manual 3.3.3, 3.3.4). */
enum property {
	PROP_FULLNAME,
	PROP_COUNTRY,
	PROP_PROVINCE,
	PROP_CITY,
	PROP_PHONE_HOME,
	PROP_PHONE_OFFICE,
	PROP_PHONE_MOBILE,
	PROP_EMAIL,
	PROP_HOMEPAGE,
	PROP_ABOUT,
	PROP_BIRTHDAY,
	PROP_GENDER,
	PROP_MOOD_TEXT,
	PROP_LANGUAGE,
	PROP_COUNT
};

struct property_info {
	const char *name;    /* in SKYPE_CALL_PROPERTY and SKYPE_ACCOUNT_PROPERTY */
	const char *channel; /* behind "skype_" in CHANNEL (manual 3.3.1), or NULL */
	unsigned int on_account : 1;
	unsigned int on_call : 1;
};
extern const struct property_info properties[PROP_COUNT];

/* What a simulated outside person does when called or asked. */
enum habit {
	HABIT_TONE,   /* answers, sends a steady 440 Hz tone */
	HABIT_ECHO,   /* answers, sends back sound, digits and chat */
	HABIT_SILENT, /* answers, sends nothing */
	HABIT_BUSY,   /* is busy */
	HABIT_RING,   /* lets it ring */
	HABIT_SHY,    /* as tone, but authorises nobody until told to */
	HABIT_COUNT
};
extern const char *const habits[HABIT_COUNT];

struct person {
	char name[NAME_SIZE];
	char *property[PROP_COUNT];
	const char *presence; /* one of buddy_statuses; of outside people only */
	enum habit habit;
	struct account *account; /* set when the person is a user of this PBX */
	AST_LIST_ENTRY(person) entry;
};
AST_LIST_HEAD_NOLOCK(people, person);
extern struct people people;

int name_is_valid(const char *name);   /* a Skype name or a SkypeOut number */
int name_is_account(const char *name); /* one that can be a user: no @, which ends it in a dial string */
int name_is_number(const char *name);  /* SkypeOut: + and digits (manual 3.2.1) */
struct person *person_find(const char *name);
/* The same, made on first use: every valid name is somebody, but for those that begin "nobody". */
struct person *person_get(const char *name);
const char *person_property(const struct person *person, enum property property);
int property_by_name(const char *name); /* enum property, or -1 */
/* NULL, or why the value cannot be taken. Empty clears. */
const char *person_set(struct person *person, enum property property, const char *value);
void person_presence_changed(struct person *person);
const char *buddy_status_by_name(const char *name); /* one of the 13, or NULL */

/* ---- accounts: the users of chan_skype.conf ---- */

enum direction { DIRECTION_BOTH, DIRECTION_INCOMING, DIRECTION_OUTGOING };
#define AUTOADD_HINTS 1
#define AUTOADD_BUDDIES 2

struct setvar {
	char *name;
	char *value;
	AST_LIST_ENTRY(setvar) entry;
};
AST_LIST_HEAD_NOLOCK(setvars, setvar);

/* One user section as configured; replaced as a whole by a reload. */
struct account_config {
	char name[NAME_SIZE];
	AST_DECLARE_STRING_FIELDS(
		AST_STRING_FIELD(secret);
		AST_STRING_FIELD(context);
		AST_STRING_FIELD(exten);
		AST_STRING_FIELD(auth_policy);
		AST_STRING_FIELD(mohinterpret);
		AST_STRING_FIELD(mohsuggest);
		AST_STRING_FIELD(autoreply);
		AST_STRING_FIELD(avatar);
	);
	struct ast_format_cap *codecs;
	enum direction direction;
	unsigned int buddy_autoadd;
	unsigned int buddy_presence : 1;
	unsigned int webpresence : 1;
	struct setvars account_vars; /* SKYPE_ACCOUNT_PROPERTY(x), and birthday, country, ... */
	struct setvars call_vars;    /* SKYPE_CALL_PROPERTY(x) */
	struct setvars channel_vars; /* everything else */
	AST_LIST_ENTRY(account_config) entry;
};

struct general_config {
	AST_DECLARE_STRING_FIELDS(
		AST_STRING_FIELD(engine_directory); /* load only */
		AST_STRING_FIELD(default_user);
		AST_STRING_FIELD(bind_address);
		AST_STRING_FIELD(rtp_address); /* load only */
		AST_STRING_FIELD(https_proxy);
		AST_STRING_FIELD(https_proxy_user);
		AST_STRING_FIELD(https_proxy_password);
		AST_STRING_FIELD(socks5_proxy);
		AST_STRING_FIELD(socks5_proxy_user);
		AST_STRING_FIELD(socks5_proxy_password);
	);
	int bind_port;
	unsigned int debug : 1;
	unsigned int disable_tcpauto : 1; /* load only */
	unsigned int disable_udp : 1;     /* load only */
};

struct config {
	struct general_config general;
	AST_LIST_HEAD_NOLOCK(, account_config) accounts;
};

struct config *config_read(void); /* without the lock; NULL when the file cannot be used */
void config_free(struct config *config);
void account_config_free(struct account_config *config);

struct buddy {
	struct person *person;
	unsigned int authorized : 1;
	const char *announced; /* the status of the last event */
	AST_LIST_ENTRY(buddy) entry;
};

struct chat {
	struct person *from;
	unsigned int automatic : 1; /* an autoreply or an echo: never answered by an autoreply */
	AST_LIST_ENTRY(chat) entry;
	char text[];
};

/* A dialplan thread inside SKYPE_CHAT_RECEIVE. */
struct chat_waiter {
	const struct account *to;
	const struct person *from;
	char *text;
	int wake; /* eventfd */
	AST_LIST_ENTRY(chat_waiter) entry;
};

struct blocked {
	struct person *person;
	AST_LIST_ENTRY(blocked) entry;
};

struct account {
	struct person *self;
	struct account_config *config;
	const char *status;       /* "Logged In" or another of manual 3.3.4 */
	const char *availability; /* while logged in */
	int balance;              /* SkypeOut credit in cents */
	unsigned int debug : 1;
	unsigned int vedebug : 1;
	AST_LIST_HEAD_NOLOCK(, buddy) buddies;
	AST_LIST_HEAD_NOLOCK(, blocked) blocked;
	AST_LIST_HEAD_NOLOCK(, chat) undelivered; /* chats that came while logged off */
	AST_LIST_ENTRY(account) entry;
};
AST_LIST_HEAD_NOLOCK(accounts, account);
extern struct accounts accounts;
extern struct general_config *general;

/* Takes over what is in the configuration; at reload the load-only options stay. */
void community_configure(struct config *config, int reload);
int community_init(void);
void community_destroy(void);

struct account *account_find(const char *name);
int account_logged_in(const struct account *account);
const char *account_login(struct account *account); /* NULL, or why not */
void account_logoff(struct account *account);
const char *account_availability(const struct account *account);
/* A property by name into buf; NULL, or why not. */
const char *account_read(struct account *account, const char *name, struct ast_str **buf, ssize_t len);
/* Checks, and with commit sets; NULL, or why not. */
const char *account_write(struct account *account, const char *name, const char *value, int commit);
int account_blocks(const struct account *account, const struct person *person);

struct buddy *buddy_find(const struct account *account, const struct person *person);
const char *buddy_add(struct account *account, const char *name, const char *authmsg);
const char *buddy_remove(struct account *account, const char *name);
const char *buddy_status(const struct account *account, const struct buddy *buddy);
void buddy_authorize(struct account *account, struct buddy *buddy, int authorized);
/* Somebody asks to have the account as a buddy; gives the matching policy (manual 3.1). */
const char *authorization_request(struct person *from, struct account *account, const char *authmsg);

const char *chat_send(struct account *from, const char *to, const char *text);
const char *chat_receive(struct person *from, struct account *to, const char *text, int automatic);
void chat_wait(struct chat_waiter *waiter);
void chat_wait_end(struct chat_waiter *waiter);

#define sfa_debug(of, fmt, ...) do { \
	if (general->debug || (of)->debug) { \
		ast_verbose("[Skype] " fmt "\n", ## __VA_ARGS__); \
	} \
} while (0)

/* ---- calls ---- */

#define LICENSES_MAX 8
extern int licenses[LICENSES_MAX]; /* channels of each key; they add up (manual 2.2) */
extern int answer_delay_ms;        /* how long simulated people let it ring */
int licenses_total(void);
void license_key(int index, char *buf, size_t len);

int calls_active(void);
void calls_end(const struct account *account); /* NULL: all */

/* Without the lock: an outside person calls a user. Gives the channel; NULL, or why not. */
const char *call_from_outside(const char *from, const char *account, const char *target_identity,
	char *channel, size_t len);
/* Without the lock: what the far end of a channel does. NULL, or why not. */
const char *far_end_hangup(const char *channel);
const char *far_end_digits(const char *channel, const char *digits);
const char *far_end_hold(const char *channel, int hold);

struct ast_channel;
/* Without the lock. 0, or -1 when the channel is no Skype channel or has no such property. */
int call_read(struct ast_channel *chan, const char *name, int channel_function, struct ast_str **buf, ssize_t len);
int call_write(struct ast_channel *chan, const char *name, const char *value);
int call_account(struct ast_channel *chan, char *name, size_t len);
/* Without the lock; NULL, or why not (manual 3.2.2.1). */
const char *call_transfer(struct ast_channel *chan, const char *destination, const char *topic);

/* ---- the parts that only have to be switched on and off, without the lock ---- */

int channel_register(void);
void channel_unregister(void);
int manager_register_all(void);
void manager_unregister_all(void);
int functions_register(void);
void functions_unregister(void);
int cli_register(void);
void cli_unregister(void);
int lab_cli_register(void);
void lab_cli_unregister(void);
int presence_register(void);
void presence_unregister(void);
/* Announces the state of every Skype hint of the dialplan; autoadds buddies for them (manual 3.4). */
void presence_refresh_hints(void);
void presence_announce(const struct account *account, const struct buddy *buddy);

#endif
