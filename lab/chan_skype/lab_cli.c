/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * "skype lab ...": what the outside world does, for tests. Not part of Skype for Asterisk.
 * Copyright (C) 2026 the chan-skype-companion authors; see LICENSE.
 */
#include "chan_skype.h"

#include "asterisk/app.h"
#include "asterisk/channel.h"
#include "asterisk/cli.h"

#define COMMAND(words, help, least, most) \
	if (cmd == CLI_INIT) { \
		e->command = words; \
		e->usage = "Usage: " help "\n"; \
		return NULL; \
	} \
	if (cmd == CLI_GENERATE) { \
		return NULL; \
	} \
	if (a->argc < least || (most && a->argc > most)) { \
		return CLI_SHOWUSAGE; \
	}

static char *say(struct ast_cli_args *a, const char *why, const char *done)
{
	ast_cli(a->fd, "%s.\n", why ? why : done);
	return why ? CLI_FAILURE : CLI_SUCCESS;
}

static const char *outside_chat(const char *from, const char *to, const char *text)
{
	struct account *account;
	struct person *person;
	SFA_LOCKED;

	if (!(account = account_find(to))) {
		return "No such Skype user on this PBX";
	}
	if (!(person = person_get(from)) || person->account) {
		return "The sender must be somebody outside";
	}
	return chat_receive(person, account, text, 0);
}

static char *lab_chat(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	char text[4096] = "";

	COMMAND("skype lab chat", "skype lab chat <from> <user> <text ...>", 6, 0)
	ast_join(text, sizeof(text), a->argv + 5);
	return say(a, outside_chat(a->argv[3], a->argv[4], text), "The chat arrived");
}

/* For texts that the CLI cannot carry, as with newlines. */
static char *lab_chat64(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	const char *why = "The text is not base64";
	char *text;

	COMMAND("skype lab chat64", "skype lab chat64 <from> <user> <base64>", 6, 6)
	if ((text = ast_base64decode_string(a->argv[5]))) {
		why = outside_chat(a->argv[3], a->argv[4], text);
		ast_free(text);
	}
	return say(a, why, "The chat arrived");
}

static char *lab_presence(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	char status[64] = "";
	struct person *person;

	COMMAND("skype lab presence", "skype lab presence <person> <status ...>", 5, 0)
	ast_join(status, sizeof(status), a->argv + 4);
	SFA_LOCKED;
	if (!buddy_status_by_name(status)) {
		return say(a, "Not one of the statuses of manual 4.1.2", NULL);
	}
	if (!(person = person_get(a->argv[3])) || person->account) {
		return say(a, "The person must be somebody outside", NULL);
	}
	person->presence = buddy_status_by_name(status);
	person_presence_changed(person);
	return say(a, NULL, "The presence is set");
}

static char *lab_call(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	char channel[AST_CHANNEL_NAME];
	const char *why;

	COMMAND("skype lab call", "skype lab call <from> <user> [<SkypeIn number dialled>]", 5, 6)
	why = call_from_outside(a->argv[3], a->argv[4], a->argc > 5 ? a->argv[5] : NULL, channel, sizeof(channel));
	if (why) {
		return say(a, why, NULL);
	}
	ast_cli(a->fd, "Channel: %s\n", channel);
	return CLI_SUCCESS;
}

static char *lab_hangup(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	COMMAND("skype lab hangup", "skype lab hangup <channel>|all", 4, 4)
	return say(a, far_end_hangup(a->argv[3]), "The far end hung up");
}

static char *lab_digits(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	COMMAND("skype lab digits", "skype lab digits <channel> <digits>", 5, 5)
	return say(a, far_end_digits(a->argv[3], a->argv[4]), "The far end pressed them");
}

static char *lab_hold(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	COMMAND("skype lab hold", "skype lab hold <channel>", 4, 4)
	return say(a, far_end_hold(a->argv[3], 1), "The far end holds");
}

static char *lab_unhold(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	COMMAND("skype lab unhold", "skype lab unhold <channel>", 4, 4)
	return say(a, far_end_hold(a->argv[3], 0), "The far end is back");
}

static char *lab_authorize(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	char authmsg[1024] = "";
	struct account *account;
	struct person *person;

	COMMAND("skype lab authorize", "skype lab authorize <from> <user> [<authmsg ...>]", 5, 0)
	if (a->argc > 5) {
		ast_join(authmsg, sizeof(authmsg), a->argv + 5);
	}
	SFA_LOCKED;
	if (!(account = account_find(a->argv[4])) || !account_logged_in(account)) {
		return say(a, "The user is not on this PBX or not logged in", NULL);
	}
	if (!(person = person_get(a->argv[3])) || person->account) {
		return say(a, "The person must be somebody outside", NULL);
	}
	ast_cli(a->fd, "Verdict: %s\n", authorization_request(person, account, authmsg));
	return CLI_SUCCESS;
}

static char *answer_request(struct ast_cli_args *a, int authorized)
{
	struct account *account;
	struct person *person;
	struct buddy *buddy;
	SFA_LOCKED;

	if (!(account = account_find(a->argv[4])) || !(person = person_find(a->argv[3]))
		|| !(buddy = buddy_find(account, person))) {
		return say(a, "The user has no such buddy", NULL);
	}
	buddy_authorize(account, buddy, authorized);
	return say(a, NULL, authorized ? "Authorized" : "No longer authorized");
}

static char *lab_grant(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	COMMAND("skype lab grant", "skype lab grant <person> <user>", 5, 5)
	return answer_request(a, 1);
}

static char *lab_revoke(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	COMMAND("skype lab revoke", "skype lab revoke <person> <user>", 5, 5)
	return answer_request(a, 0);
}

static char *lab_habit(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	struct person *person;
	int i;

	COMMAND("skype lab habit", "skype lab habit <person> tone|echo|silent|busy|ring|shy", 5, 5)
	SFA_LOCKED;
	if (!(person = person_get(a->argv[3])) || person->account) {
		return say(a, "The person must be somebody outside", NULL);
	}
	for (i = 0; i < HABIT_COUNT && strcasecmp(a->argv[4], habits[i]); i++) {
	}
	if (i == HABIT_COUNT) {
		return CLI_SHOWUSAGE;
	}
	person->habit = i;
	return say(a, NULL, "The habit is set");
}

static char *lab_profile(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	char value[1024] = "";
	struct person *person;
	int property;

	COMMAND("skype lab profile", "skype lab profile <person> <property> [<value ...>]", 5, 0)
	if (a->argc > 5) {
		ast_join(value, sizeof(value), a->argv + 5);
	}
	SFA_LOCKED;
	if ((property = property_by_name(a->argv[4])) < 0) {
		return say(a, "No property has this name", NULL);
	}
	if (!(person = person_get(a->argv[3]))) {
		return say(a, "Nobody has this name", NULL);
	}
	return say(a, person_set(person, property, value), "The property is set");
}

static char *lab_credit(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	struct account *account;
	int cents;

	COMMAND("skype lab credit", "skype lab credit <user> <cents>", 5, 5)
	SFA_LOCKED;
	if (!(account = account_find(a->argv[3])) || sscanf(a->argv[4], "%9d", &cents) != 1) {
		return say(a, "No such user or no number", NULL);
	}
	account->balance = cents;
	return say(a, NULL, "The credit is set");
}

static char *lab_licenses(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	int i, channels[LICENSES_MAX] = { 0 };

	COMMAND("skype lab licenses", "skype lab licenses <channels> [<channels of the next key> ...]", 4, 3 + LICENSES_MAX)
	for (i = 3; i < a->argc; i++) {
		if (sscanf(a->argv[i], "%5d", &channels[i - 3]) != 1 || channels[i - 3] < 0) {
			return CLI_SHOWUSAGE;
		}
	}
	SFA_LOCKED;
	memcpy(licenses, channels, sizeof(licenses));
	return say(a, NULL, "The licenses are set");
}

static char *lab_answer(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	int ms;

	COMMAND("skype lab answer", "skype lab answer <milliseconds>", 4, 4)
	if (sscanf(a->argv[3], "%6d", &ms) != 1 || ms < 0) {
		return CLI_SHOWUSAGE;
	}
	SFA_LOCKED;
	answer_delay_ms = ms;
	return say(a, NULL, "People outside now let it ring that long");
}

static char *lab_people(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	struct person *person;

	COMMAND("skype lab people", "skype lab people", 3, 3)
	SFA_LOCKED;
	AST_LIST_TRAVERSE(&people, person, entry) {
		ast_cli(a->fd, "%-32s %-7s %s\n", person->name, person->account ? "user" : habits[person->habit],
			person->account ? account_availability(person->account) : person->presence);
	}
	return CLI_SUCCESS;
}

static struct ast_cli_entry commands[] = {
	AST_CLI_DEFINE(lab_chat, "Somebody outside chats with a user"),
	AST_CLI_DEFINE(lab_chat64, "The same with the text in base64"),
	AST_CLI_DEFINE(lab_presence, "The presence of somebody outside changes"),
	AST_CLI_DEFINE(lab_call, "Somebody outside calls a user"),
	AST_CLI_DEFINE(lab_hangup, "The far end of a call hangs up"),
	AST_CLI_DEFINE(lab_digits, "The far end of a call presses digits"),
	AST_CLI_DEFINE(lab_hold, "The far end of a call holds it"),
	AST_CLI_DEFINE(lab_unhold, "The far end of a call takes it back"),
	AST_CLI_DEFINE(lab_authorize, "Somebody outside asks a user for authorization"),
	AST_CLI_DEFINE(lab_grant, "Somebody outside authorizes a user"),
	AST_CLI_DEFINE(lab_revoke, "Somebody outside takes the authorization back"),
	AST_CLI_DEFINE(lab_habit, "What somebody outside does when called"),
	AST_CLI_DEFINE(lab_profile, "Set a profile property of anybody"),
	AST_CLI_DEFINE(lab_credit, "Set the SkypeOut credit of a user"),
	AST_CLI_DEFINE(lab_licenses, "Set the licensed channels"),
	AST_CLI_DEFINE(lab_answer, "Set how long people outside let it ring"),
	AST_CLI_DEFINE(lab_people, "List everybody of the simulated community"),
};

int lab_cli_register(void)
{
	return ast_cli_register_multiple(commands, ARRAY_LEN(commands));
}

void lab_cli_unregister(void)
{
	ast_cli_unregister_multiple(commands, ARRAY_LEN(commands));
}
