/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The simulated Skype community: people, accounts, buddies, presence, chats.
 * Copyright (C) 2026 the chan-skype-companion authors; see LICENSE.
 */
#include "chan_skype.h"

#include <sys/eventfd.h>

#include "asterisk/manager.h"
#include "asterisk/utf8.h"

struct people people = AST_LIST_HEAD_NOLOCK_INIT_VALUE;
struct accounts accounts = AST_LIST_HEAD_NOLOCK_INIT_VALUE;

static struct config *current; /* owns general; its account list is empty, accounts own theirs */
static struct general_config no_general;
struct general_config *general = &no_general;
static AST_LIST_HEAD_NOLOCK_STATIC(waiters, chat_waiter);

#define UNDELIVERED_MAX 100

/* The 13 of manual 4.1.2. */
static const char *const buddy_statuses[] = {
	"Waiting for Authorization", "Blocked", "Blocked Skypeout", "Skypeout", "Offline", "Online", "Away",
	"Not Available", "Do Not Disturb", "Skype Me", "Offline (Voicemail Enabled)",
	"Offline (Call Forwarding Enabled)", "Unknown",
};
/* Manual 3.3.4. */
static const char *const availabilities[] = {
	"Unknown", "Offline", "Online", "Away", "Not Available", "Do Not Disturb", "Invisible", "Skype Me", "Connecting",
};
static const char logged_in[] = "Logged In";
static const char logged_out[] = "Logged Out";

const char *const habits[HABIT_COUNT] = { "tone", "echo", "silent", "busy", "ring", "shy" };

const struct property_info properties[PROP_COUNT] = {
	[PROP_FULLNAME] = { "fullname", NULL, 1, 1 },
	[PROP_COUNTRY] = { "country", "country", 1, 1 },
	[PROP_PROVINCE] = { "province", "province", 1, 1 },
	[PROP_CITY] = { "city", "city", 1, 1 },
	[PROP_PHONE_HOME] = { "phone_home", "homephone", 1, 1 },
	[PROP_PHONE_OFFICE] = { "phone_office", "officephone", 1, 1 },
	[PROP_PHONE_MOBILE] = { "phone_mobile", "mobilephone", 1, 1 },
	[PROP_EMAIL] = { "email", NULL, 1, 1 },
	[PROP_HOMEPAGE] = { "homepage", "homepage", 1, 1 },
	[PROP_ABOUT] = { "about", "about", 1, 1 },
	[PROP_BIRTHDAY] = { "birthday", "birthday", 1, 1 },
	[PROP_GENDER] = { "gender", "gender", 1, 1 },
	[PROP_MOOD_TEXT] = { "mood_text", NULL, 1, 0 },
	[PROP_LANGUAGE] = { "language", "language", 0, 0 },
};

/* ---- people ---- */

int name_is_number(const char *name)
{
	size_t digits = strspn(name + (*name == '+'), "0123456789");

	return *name == '+' && !name[1 + digits] && digits >= 3 && digits <= 15; /* E.164 */
}

int name_is_valid(const char *name)
{
	size_t len = name ? strlen(name) : 0;

	if (!len || len >= NAME_SIZE) {
		return 0;
	}
	return name_is_number(name)
		|| ((isalnum((unsigned char) *name) || *name == '_') && !name[strspn(name,
			"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,:+@-")]);
}

int name_is_account(const char *name)
{
	return name_is_valid(name) && strlen(name) <= 64 && !strpbrk(name, "@+") && strcasecmp(name, "general");
}

struct person *person_find(const char *name)
{
	struct person *person;

	AST_LIST_TRAVERSE(&people, person, entry) {
		if (!strcasecmp(person->name, name)) {
			break;
		}
	}
	return person;
}

static struct person *person_new(const char *name)
{
	struct person *person = ast_calloc(1, sizeof(*person));

	if (person) {
		ast_copy_string(person->name, name, sizeof(person->name));
		person->presence = buddy_status_by_name("Online");
		AST_LIST_INSERT_TAIL(&people, person, entry);
	}
	return person;
}

struct person *person_get(const char *name)
{
	struct person *person;

	if (!name_is_valid(name)) {
		return NULL;
	}
	if ((person = person_find(name)) || !strncasecmp(name, "nobody", 6)) {
		return person;
	}
	return person_new(name);
}

const char *person_property(const struct person *person, enum property property)
{
	return S_OR(person->property[property], "");
}

int property_by_name(const char *name)
{
	int i;

	for (i = 0; i < PROP_COUNT; i++) {
		if (!strcasecmp(properties[i].name, name)) {
			return i;
		}
	}
	return -1;
}

static int is_date(const char *text)
{
	int year, month, day;

	return strlen(text) == 8 && strspn(text, "0123456789") == 8 && sscanf(text, "%4d%2d%2d", &year, &month, &day) == 3
		&& month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

const char *person_set(struct person *person, enum property property, const char *value)
{
	char *copy, *c;

	if (!ast_utf8_is_valid(value)) {
		return "the value is not UTF-8";
	}
	if (property == PROP_BIRTHDAY && *value && !is_date(value)) {
		return "a birthday is yyyymmdd";
	}
	if (property == PROP_GENDER && *value && strcmp(value, "1") && strcmp(value, "2")) {
		return "a gender is 1 or 2";
	}
	if (!(copy = ast_strdup(value))) {
		return "out of memory";
	}
	/* These texts travel in AMI headers, where a line break would forge another header. */
	for (c = copy; *c; c++) {
		if (iscntrl((unsigned char) *c)) {
			*c = ' ';
		}
	}
	ast_free(person->property[property]);
	person->property[property] = copy;
	return NULL;
}

const char *buddy_status_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(buddy_statuses); i++) {
		if (!strcasecmp(buddy_statuses[i], name)) {
			return buddy_statuses[i];
		}
	}
	return NULL;
}

/* ---- buddies and presence ---- */

int account_logged_in(const struct account *account)
{
	return account->status == logged_in;
}

const char *account_availability(const struct account *account)
{
	return account_logged_in(account) ? account->availability : "Offline";
}

struct buddy *buddy_find(const struct account *account, const struct person *person)
{
	struct buddy *buddy;

	AST_LIST_TRAVERSE(&account->buddies, buddy, entry) {
		if (buddy->person == person) {
			break;
		}
	}
	return buddy;
}

int account_blocks(const struct account *account, const struct person *person)
{
	struct blocked *blocked;

	AST_LIST_TRAVERSE(&account->blocked, blocked, entry) {
		if (blocked->person == person) {
			return 1;
		}
	}
	return 0;
}

const char *buddy_status(const struct account *account, const struct buddy *buddy)
{
	const struct account *other = buddy->person->account;
	const char *availability;

	if (name_is_number(buddy->person->name)) {
		return account_blocks(account, buddy->person) ? "Blocked Skypeout" : "Skypeout";
	}
	if (account_blocks(account, buddy->person)) {
		return "Blocked";
	}
	if (!buddy->authorized) {
		return "Waiting for Authorization";
	}
	if (!account->config->buddy_presence) { /* manual 3.1: the retrieval is disabled */
		return "Unknown";
	}
	if (!other) {
		return buddy->person->presence;
	}
	availability = account_availability(other);
	if (!strcmp(availability, "Invisible")) { /* that is what it is for */
		return "Offline";
	}
	return S_OR(buddy_status_by_name(availability), "Unknown");
}

/* Manual 4.1.2: one event for each change; always: also without one, as at a login. */
static void buddy_announce(const struct account *account, struct buddy *buddy, int always)
{
	const char *status = buddy_status(account, buddy);

	if (!account_logged_in(account) || (!always && buddy->announced && !strcmp(buddy->announced, status))) {
		return;
	}
	buddy->announced = status;
	if (account->config->buddy_presence) {
		manager_event(EVENT_FLAG_SYSTEM, "SkypeBuddyStatus", "Buddy: Skype/%s@%s\r\nBuddyStatus: %s\r\n",
			account->self->name, buddy->person->name, status);
	}
	presence_announce(account, buddy);
}

void person_presence_changed(struct person *person)
{
	struct account *account;
	struct buddy *buddy;

	AST_LIST_TRAVERSE(&accounts, account, entry) {
		if ((buddy = buddy_find(account, person))) {
			buddy_announce(account, buddy, 0);
		}
	}
}

void buddy_authorize(struct account *account, struct buddy *buddy, int authorized)
{
	buddy->authorized = authorized ? 1 : 0;
	buddy_announce(account, buddy, 0);
}

const char *authorization_request(struct person *from, struct account *account, const char *authmsg)
{
	char *list = ast_strdupa(account->config->auth_policy);
	char *policy;
	const char *verdict = "ignore"; /* when nothing matches */
	struct blocked *blocked;
	struct buddy *buddy;

	if (account_blocks(account, from)) {
		return "block";
	}
	while ((policy = strsep(&list, ","))) {
		if (strncasecmp(policy, "accept.", 7)) {
			verdict = !strcasecmp(policy, "accept") ? "accept" : !strcasecmp(policy, "deny") ? "deny"
				: !strcasecmp(policy, "block") ? "block" : "ignore";
			break;
		}
		if (!strcmp(policy + 7, S_OR(authmsg, ""))) {
			verdict = "accept";
			break;
		}
	}
	sfa_debug(account, "%s asks %s for authorization: %s", from->name, account->self->name, verdict);
	if (!strcmp(verdict, "block") && (blocked = ast_calloc(1, sizeof(*blocked)))) {
		blocked->person = from;
		AST_LIST_INSERT_TAIL(&account->blocked, blocked, entry);
		if ((buddy = buddy_find(account, from))) {
			buddy_announce(account, buddy, 0);
		}
	} else if (!strcmp(verdict, "accept") && (account->config->buddy_autoadd & AUTOADD_BUDDIES)
		&& account_logged_in(account) && !buddy_find(account, from)) {
		buddy_add(account, from->name, NULL);
	}
	return verdict;
}

const char *buddy_add(struct account *account, const char *name, const char *authmsg)
{
	struct person *person;
	struct buddy *buddy;
	int authorized;

	if (!account_logged_in(account)) {
		return "The Skype user is not logged in";
	}
	if (!name_is_valid(name)) {
		return "Not a Skype name";
	}
	if (!(person = person_get(name))) {
		return "Nobody has this Skype name";
	}
	if (person == account->self) {
		return "A Skype user cannot be its own buddy";
	}
	if (!(buddy = buddy_find(account, person))) {
		if (!(buddy = ast_calloc(1, sizeof(*buddy)))) {
			return "Out of memory";
		}
		buddy->person = person;
		AST_LIST_INSERT_TAIL(&account->buddies, buddy, entry);
		/* First without the authorisation, so that a client sees the request go out (manual 3.4). */
		buddy_announce(account, buddy, 1);
	}
	authorized = person->account
		? !strcmp(authorization_request(account->self, person->account, authmsg), "accept")
		: person->habit != HABIT_SHY;
	if (authorized) {
		buddy_authorize(account, buddy, 1);
	}
	return NULL;
}

const char *buddy_remove(struct account *account, const char *name)
{
	struct person *person = person_find(name);
	struct buddy *buddy = person ? buddy_find(account, person) : NULL;

	if (!account_logged_in(account)) {
		return "The Skype user is not logged in";
	}
	if (!buddy) {
		return "Not on the buddy list";
	}
	AST_LIST_REMOVE(&account->buddies, buddy, entry);
	buddy->authorized = 0; /* for the hint: unavailable from now on */
	presence_announce(account, buddy);
	ast_free(buddy);
	return NULL;
}

/* ---- accounts ---- */

struct account *account_find(const char *name)
{
	struct account *account;

	AST_LIST_TRAVERSE(&accounts, account, entry) {
		if (!strcasecmp(account->self->name, name)) {
			break;
		}
	}
	return account;
}

static void account_event(const struct account *account)
{
	manager_event(EVENT_FLAG_SYSTEM, "SkypeAccountStatus", "Username: %s\r\nStatus: %s\r\n",
		account->self->name, account->status);
}

const char *account_login(struct account *account)
{
	struct buddy *buddy;
	struct chat *chat;

	if (account_logged_in(account)) {
		return "Already logged in";
	}
	if (ast_strlen_zero(account->config->secret)) {
		return "No secret is configured";
	}
	account->status = logged_in;
	account_event(account);
	person_presence_changed(account->self);
	AST_LIST_TRAVERSE(&account->buddies, buddy, entry) {
		buddy_announce(account, buddy, 1);
	}
	while ((chat = AST_LIST_REMOVE_HEAD(&account->undelivered, entry))) {
		chat_receive(chat->from, account, chat->text, chat->automatic);
		ast_free(chat);
	}
	return NULL;
}

void account_logoff(struct account *account)
{
	struct buddy *buddy;

	if (!account_logged_in(account)) {
		return;
	}
	calls_end(account);
	account->status = logged_out;
	account_event(account);
	person_presence_changed(account->self);
	AST_LIST_TRAVERSE(&account->buddies, buddy, entry) {
		buddy->announced = NULL;
		presence_announce(account, buddy);
	}
}

const char *account_read(struct account *account, const char *name, struct ast_str **buf, ssize_t len)
{
	int property = property_by_name(name);

	if (property >= 0 && properties[property].on_account) {
		ast_str_set(buf, len, "%s", person_property(account->self, property));
	} else if (!strcasecmp(name, "status")) {
		ast_str_set(buf, len, "%s", account->status);
	} else if (!strcasecmp(name, "availability")) {
		ast_str_set(buf, len, "%s", account_availability(account));
	} else if (!strcasecmp(name, "skypeout_currency")) {
		ast_str_set(buf, len, "EUR");
	} else if (!strcasecmp(name, "skypeout_balance")) {
		ast_str_set(buf, len, "%d", account->balance);
	} else {
		return "No account property has this name";
	}
	return NULL;
}

const char *account_write(struct account *account, const char *name, const char *value, int commit)
{
	int property = property_by_name(name);
	struct person scratch = { .name = "" };
	const char *why;
	size_t i;

	if (!strcasecmp(name, "status")) {
		if (!strcasecmp(value, logged_in)) {
			return commit && !account_logged_in(account) ? account_login(account) : NULL;
		}
		if (!strcasecmp(value, logged_out) || !strcasecmp(value, "Logged Out and Password Saved")) {
			if (commit) {
				account_logoff(account);
			}
			return NULL;
		}
		return "A status can be set to Logged In or Logged Out only";
	}
	if (!strcasecmp(name, "availability")) {
		for (i = 0; i < ARRAY_LEN(availabilities); i++) {
			if (!strcasecmp(value, availabilities[i])) {
				if (commit) {
					account->availability = availabilities[i];
					person_presence_changed(account->self);
				}
				return NULL;
			}
		}
		return "No availability has this name";
	}
	if (!strcasecmp(name, "skypeout_currency") || !strcasecmp(name, "skypeout_balance")) {
		return "This property can only be read";
	}
	if (property < 0 || !properties[property].on_account) {
		return "No account property has this name";
	}
	why = person_set(commit ? account->self : &scratch, property, value);
	ast_free(scratch.property[property]);
	return why;
}

static struct account *account_new(struct person *self)
{
	struct account *account = ast_calloc(1, sizeof(*account));

	if (account) {
		account->self = self;
		account->status = logged_out;
		account->availability = "Online";
		account->balance = 4500;
		self->account = account;
		AST_LIST_INSERT_TAIL(&accounts, account, entry);
	}
	return account;
}

static void account_free(struct account *account)
{
	struct buddy *buddy;
	struct blocked *blocked;
	struct chat *chat;

	account_logoff(account);
	while ((buddy = AST_LIST_REMOVE_HEAD(&account->buddies, entry))) {
		ast_free(buddy);
	}
	while ((blocked = AST_LIST_REMOVE_HEAD(&account->blocked, entry))) {
		ast_free(blocked);
	}
	while ((chat = AST_LIST_REMOVE_HEAD(&account->undelivered, entry))) {
		ast_free(chat);
	}
	AST_LIST_REMOVE(&accounts, account, entry);
	/* The name stays in the community, as somebody outside who is offline. */
	account->self->account = NULL;
	account->self->presence = buddy_status_by_name("Offline");
	account_config_free(account->config);
	ast_free(account);
}

static void keep(const char *option, int changed)
{
	if (changed) {
		ast_log(LOG_NOTICE, "chan_skype.conf: %s is read at load only; the old value stays\n", option);
	}
}

static void keep_load_only(struct general_config *now, const struct general_config *old)
{
	keep("engine_directory", strcmp(now->engine_directory, old->engine_directory));
	keep("rtp_address", strcmp(now->rtp_address, old->rtp_address));
	keep("disable_tcpauto", now->disable_tcpauto != old->disable_tcpauto);
	keep("disable_udp", now->disable_udp != old->disable_udp);
	ast_string_field_set(now, engine_directory, old->engine_directory);
	ast_string_field_set(now, rtp_address, old->rtp_address);
	now->disable_tcpauto = old->disable_tcpauto;
	now->disable_udp = old->disable_udp;
}

void community_configure(struct config *config, int reload)
{
	struct account *account;
	struct account_config *section;
	struct setvar *setvar;
	struct person *self;

	if (reload) {
		keep_load_only(&config->general, general);
	}
	AST_LIST_TRAVERSE_SAFE_BEGIN(&accounts, account, entry) {
		AST_LIST_TRAVERSE(&config->accounts, section, entry) {
			if (!strcasecmp(section->name, account->self->name)) {
				break;
			}
		}
		if (!section) {
			account_free(account);
		}
	}
	AST_LIST_TRAVERSE_SAFE_END;

	while ((section = AST_LIST_REMOVE_HEAD(&config->accounts, entry))) {
		int login = 1;

		if (!(account = account_find(section->name))) {
			if (!(self = person_find(section->name)) && !(self = person_new(section->name))) {
				account_config_free(section);
				continue;
			}
			ast_copy_string(self->name, section->name, sizeof(self->name));
			if (!(account = account_new(self))) {
				account_config_free(section);
				continue;
			}
		} else {
			/* A reload does not undo "skype logoff". */
			login = ast_strlen_zero(account->config->secret);
			account_config_free(account->config);
		}
		account->config = section;
		AST_LIST_TRAVERSE(&section->account_vars, setvar, entry) {
			if (!strcasecmp(setvar->name, "status")) {
				login = login && !strcasecmp(setvar->value, logged_in);
			} else if (account_write(account, setvar->name, setvar->value, 1)) {
				ast_log(LOG_WARNING, "chan_skype.conf: [%s] %s cannot be set to '%s'\n", section->name, setvar->name, setvar->value);
			}
		}
		if (login) {
			if (ast_strlen_zero(section->secret)) {
				ast_log(LOG_NOTICE, "chan_skype.conf: [%s] has no secret and cannot log in\n", section->name);
			} else {
				account_login(account);
			}
		}
	}
	config_free(current);
	current = config;
	general = &config->general;
}

/* ---- chats ---- */

/* Manual 3.5.6 (To/From: sent) and 4.1.3 (Username/From: received); the body is always base64. */
static void chat_event(const char *label, const char *to, const char *from, const char *text)
{
	size_t len = strlen(text);
	int size = (int) (len / 3 + 1) * 4 + 1;
	char *body = ast_malloc(size);

	if (body) {
		ast_base64encode(body, (const unsigned char *) text, len, size);
		manager_event(EVENT_FLAG_SYSTEM, "SkypeChatMessage", "%s: %s\r\nFrom: %s\r\nMessage: %s\r\n", label, to, from, body);
		ast_free(body);
	}
}

static void chat_transmit(struct account *from, struct person *to, const char *text, int automatic)
{
	chat_event("To", to->name, from->self->name, text);
	sfa_debug(from, "chat from %s to %s", from->self->name, to->name);
	if (to->account) {
		chat_receive(from->self, to->account, text, automatic);
	} else if (to->habit == HABIT_ECHO) {
		chat_receive(to, from, text, 1);
	}
}

const char *chat_send(struct account *from, const char *to, const char *text)
{
	struct person *person;

	if (!account_logged_in(from)) {
		return "The Skype user is not logged in";
	}
	if (ast_strlen_zero(text)) {
		return "The message is empty";
	}
	if (!ast_utf8_is_valid(text)) {
		return "The message is not UTF-8";
	}
	if (!name_is_valid(to) || name_is_number(to)) {
		return "Not a Skype name";
	}
	if (!(person = person_get(to))) {
		return "Nobody has this Skype name";
	}
	chat_transmit(from, person, text, 0);
	return NULL;
}

static void chat_keep(struct person *from, struct account *to, const char *text, int automatic)
{
	struct chat *chat;
	int count = 0;

	AST_LIST_TRAVERSE(&to->undelivered, chat, entry) {
		count++;
	}
	if (count < UNDELIVERED_MAX && (chat = ast_calloc(1, sizeof(*chat) + strlen(text) + 1))) {
		chat->from = from;
		chat->automatic = automatic ? 1 : 0;
		strcpy(chat->text, text); /* safe: allocated to its length */
		AST_LIST_INSERT_TAIL(&to->undelivered, chat, entry);
	}
}

const char *chat_receive(struct person *from, struct account *to, const char *text, int automatic)
{
	struct chat_waiter *waiter;

	if (ast_strlen_zero(text) || !ast_utf8_is_valid(text)) {
		return "The message is empty or not UTF-8";
	}
	if (account_blocks(to, from)) {
		return NULL; /* the sender is not told */
	}
	if (!account_logged_in(to)) {
		chat_keep(from, to, text, automatic);
		return NULL;
	}
	chat_event("Username", to->self->name, from->name, text);
	AST_LIST_TRAVERSE(&waiters, waiter, entry) {
		if (waiter->to == to && waiter->from == from && !waiter->text) {
			waiter->text = ast_strdup(text);
			eventfd_write(waiter->wake, 1);
		}
	}
	/* Two users of one PBX with an autoreply each must not talk forever. */
	if (!automatic && !ast_strlen_zero(to->config->autoreply)) {
		chat_transmit(to, from, to->config->autoreply, 1);
	}
	return NULL;
}

void chat_wait(struct chat_waiter *waiter)
{
	AST_LIST_INSERT_TAIL(&waiters, waiter, entry);
}

void chat_wait_end(struct chat_waiter *waiter)
{
	AST_LIST_REMOVE(&waiters, waiter, entry);
}

/* ---- beginning and end ---- */

static const struct {
	const char *name, *fullname, *birthday, *phone_mobile, *country, *language;
	enum habit habit;
} residents[] = {
	{ "echo123", "Echo / Sound Test Service", "", "", "", "", HABIT_ECHO },
	{ "austin_powers", "Austin Powers", "19450328", "+15555551212", "GB", "en", HABIT_TONE }, /* manual 3.5.5 */
	{ "dr_evil", "Dr. Evil", "", "", "BE", "en fr", HABIT_SHY },
	{ "busy_bee", "Busy Bee", "", "", "", "", HABIT_BUSY },
	{ "slow_joe", "Slow Joe", "", "", "", "", HABIT_RING },
	{ "silent_bob", "Silent Bob", "", "", "", "", HABIT_SILENT },
};

int community_init(void)
{
	struct person *person;
	size_t i;
	SFA_LOCKED;

	for (i = 0; i < ARRAY_LEN(residents); i++) {
		if (!(person = person_new(residents[i].name))) {
			return -1;
		}
		person->habit = residents[i].habit;
		person_set(person, PROP_FULLNAME, residents[i].fullname);
		person_set(person, PROP_BIRTHDAY, residents[i].birthday);
		person_set(person, PROP_PHONE_MOBILE, residents[i].phone_mobile);
		person_set(person, PROP_COUNTRY, residents[i].country);
		person_set(person, PROP_LANGUAGE, residents[i].language);
	}
	return 0;
}

void community_destroy(void)
{
	struct account *account;
	struct person *person;
	int i;
	SFA_LOCKED;

	while ((account = AST_LIST_FIRST(&accounts))) {
		account_free(account);
	}
	while ((person = AST_LIST_REMOVE_HEAD(&people, entry))) {
		for (i = 0; i < PROP_COUNT; i++) {
			ast_free(person->property[i]);
		}
		ast_free(person);
	}
	general = &no_general;
	config_free(current);
	current = NULL;
}
