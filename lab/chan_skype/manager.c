/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The AMI actions (manual 3.5; the two of licences are known from asterisk-java).
 * Copyright (C) 2026 the chan-skype-companion authors; see LICENSE.
 */
#include "chan_skype.h"

#include "asterisk/config.h"
#include "asterisk/manager.h"

static int fail(struct mansession *s, const struct message *m, const char *why)
{
	astman_send_error(s, m, (char *) why);
	return 0;
}

/* "ActionID: x" as a whole line, or nothing. */
static const char *action_id(const struct message *m, char *buf, size_t len)
{
	const char *id = astman_get_header(m, "ActionID");

	*buf = '\0';
	if (!ast_strlen_zero(id)) {
		snprintf(buf, len, "ActionID: %s\r\n", id);
	}
	return buf;
}

/* A success that more headers follow. */
static void start_ack(struct mansession *s, const struct message *m)
{
	char id[1100];

	astman_append(s, "Response: Success\r\n%s", action_id(m, id, sizeof(id)));
}

/* The account that the header User names; answers itself when there is none. */
static struct account *account_of(struct mansession *s, const struct message *m)
{
	const char *user = astman_get_header(m, "User");
	struct account *account = ast_strlen_zero(user) ? NULL : account_find(user);

	if (!account) {
		fail(s, m, ast_strlen_zero(user) ? "User is missing" : "No such Skype user on this PBX");
	}
	return account;
}

/* All of the variables, or none. NULL, or why not. */
static const char *set_properties(struct account *account, struct ast_variable *variables)
{
	const char *why = variables ? NULL : "Variable is missing";
	struct ast_variable *var;
	int commit;

	for (commit = 0; !why && commit < 2; commit++) {
		for (var = variables; !why && var; var = var->next) {
			if (!account_logged_in(account) && strcasecmp(var->name, "status")) {
				why = "The Skype user is not logged in";
			} else {
				why = account_write(account, var->name, var->value, commit);
			}
		}
	}
	return why;
}

/* 3.5.1 */
static int action_account_property(struct mansession *s, const struct message *m)
{
	struct ast_variable *variables = astman_get_variables_order(m, ORDER_NATURAL);
	struct account *account;
	const char *why;

	{
		SFA_LOCKED;
		if ((account = account_of(s, m))) {
			if ((why = set_properties(account, variables))) {
				fail(s, m, why);
			} else {
				astman_send_ack(s, m, "Properties set");
			}
		}
	}
	if (ast_variable_find_in_list(variables, "status")) {
		presence_refresh_hints();
	}
	ast_variables_destroy(variables);
	return 0;
}

/* 3.5.2 */
static int action_add_buddy(struct mansession *s, const struct message *m)
{
	struct account *account;
	const char *why;
	SFA_LOCKED;

	if (!(account = account_of(s, m))) {
		return 0;
	}
	why = buddy_add(account, astman_get_header(m, "Buddy"), astman_get_header(m, "AuthMsg"));
	if (why) {
		return fail(s, m, why);
	}
	astman_send_ack(s, m, "Buddy added");
	return 0;
}

/* 3.5.3 */
static int action_remove_buddy(struct mansession *s, const struct message *m)
{
	struct account *account;
	const char *why;
	SFA_LOCKED;

	if (!(account = account_of(s, m))) {
		return 0;
	}
	if ((why = buddy_remove(account, astman_get_header(m, "Buddy")))) {
		return fail(s, m, why);
	}
	astman_send_ack(s, m, "Buddy removed");
	return 0;
}

/* 3.5.4: exactly the manual's list, which has no EventList header. */
static int action_buddies(struct mansession *s, const struct message *m)
{
	struct account *account;
	struct buddy *buddy;
	char id[1100];
	int count = 0;
	SFA_LOCKED;

	if (!(account = account_of(s, m))) {
		return 0;
	}
	if (!account_logged_in(account)) {
		return fail(s, m, "The Skype user is not logged in");
	}
	action_id(m, id, sizeof(id));
	astman_send_ack(s, m, "Skype buddy status list will follow");
	AST_LIST_TRAVERSE(&account->buddies, buddy, entry) {
		const char *fullname = buddy->authorized ? person_property(buddy->person, PROP_FULLNAME) : "";

		astman_append(s, "Event: SkypeBuddyEntry\r\n%sBuddy: %s\r\n", id, buddy->person->name);
		if (*fullname) {
			astman_append(s, "Fullname: %s\r\n", fullname);
		}
		astman_append(s, "Status: %s\r\n\r\n", buddy_status(account, buddy));
		count++;
	}
	astman_append(s, "Event: SkypeBuddylistComplete\r\nListItems: %d\r\n%s\r\n", count, id);
	return 0;
}

/* 3.5.5: what is known of the buddy, by the names of the properties. */
static int action_buddy(struct mansession *s, const struct message *m)
{
	const char *name = astman_get_header(m, "Buddy");
	struct account *account;
	struct person *person;
	struct buddy *buddy;
	int i;
	SFA_LOCKED;

	if (!(account = account_of(s, m))) {
		return 0;
	}
	if (!account_logged_in(account)) {
		return fail(s, m, "The Skype user is not logged in");
	}
	if (!(person = person_find(name)) || !(buddy = buddy_find(account, person))) {
		return fail(s, m, "Not on the buddy list");
	}
	start_ack(s, m);
	astman_append(s, "availability: %s\r\n", buddy_status(account, buddy));
	for (i = 0; buddy->authorized && i < PROP_COUNT; i++) {
		if (*person_property(person, i)) {
			astman_append(s, "%s: %s\r\n", properties[i].name, person_property(person, i));
		}
	}
	astman_append(s, "skypename: %s\r\n\r\n", person->name);
	return 0;
}

/* Decoded text, or NULL: strict, so that nothing is lost silently. */
static char *decode_base64(const char *encoded)
{
	size_t len = strlen(encoded);
	unsigned char *text = ast_malloc(len + 1);
	char *again = ast_malloc(len + 5);
	int got;

	if (!text || !again) {
		ast_free(text);
		ast_free(again);
		return NULL;
	}
	got = ast_base64decode(text, encoded, len + 1);
	text[got] = '\0';
	ast_base64encode(again, text, got, len + 5);
	if (strcmp(encoded, again) || memchr(text, '\0', got)) {
		ast_free(text);
		text = NULL;
	}
	ast_free(again);
	return (char *) text;
}

/* 3.5.6: the event goes out besides the response. */
static int action_chat_send(struct mansession *s, const struct message *m)
{
	const char *message = astman_get_header(m, "Message");
	const char *encoding = astman_get_header(m, "Encoding");
	const char *to = astman_get_header(m, "Skypename");
	struct account *account;
	const char *why;
	char *decoded = NULL;
	SFA_LOCKED;

	if (!(account = account_of(s, m))) {
		return 0;
	}
	if (ast_strlen_zero(to)) {
		return fail(s, m, "Skypename is missing");
	}
	if (!ast_strlen_zero(encoding)) {
		if (strcasecmp(encoding, "base64")) {
			return fail(s, m, "The only Encoding is base64");
		}
		if (!(message = decoded = decode_base64(message))) {
			return fail(s, m, "Message is not base64 of a text");
		}
	}
	why = chat_send(account, to, message);
	ast_free(decoded);
	if (why) {
		return fail(s, m, why);
	}
	astman_send_ack(s, m, "Message sent");
	return 0;
}

static int action_license_list(struct mansession *s, const struct message *m)
{
	char id[1100], key[32], host[32];
	int i, count = 0;
	SFA_LOCKED;

	action_id(m, id, sizeof(id));
	ast_eid_to_str(host, sizeof(host), &ast_eid_default);
	astman_send_ack(s, m, "Skype license list will follow");
	for (i = 0; i < LICENSES_MAX; i++) {
		if (licenses[i]) {
			license_key(i, key, sizeof(key));
			astman_append(s, "Event: SkypeLicense\r\n%sKey: %s\r\nExpires: 2037-12-31\r\nHostId: %s\r\nChannels: %d\r\nStatus: OK\r\n\r\n",
				id, key, host, licenses[i]);
			count++;
		}
	}
	astman_append(s, "Event: SkypeLicenseListComplete\r\nListItems: %d\r\n%s\r\n", count, id);
	return 0;
}

static int action_license_status(struct mansession *s, const struct message *m)
{
	SFA_LOCKED;

	start_ack(s, m);
	astman_append(s, "CallsLicensed: %d\r\n\r\n", licenses_total());
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct mansession *s, const struct message *m);
	const char *synopsis;
} actions[] = {
	{ "SkypeAccountProperty", action_account_property, "Set properties of a Skype user" },
	{ "SkypeAddBuddy", action_add_buddy, "Add a buddy to the list of a Skype user" },
	{ "SkypeRemoveBuddy", action_remove_buddy, "Remove a buddy from the list of a Skype user" },
	{ "SkypeBuddies", action_buddies, "List the buddies of a Skype user" },
	{ "SkypeBuddy", action_buddy, "Show what is known of a buddy" },
	{ "SkypeChatSend", action_chat_send, "Send a Skype chat message" },
	{ "SkypeLicenseList", action_license_list, "List the Skype licenses" },
	{ "SkypeLicenseStatus", action_license_status, "Show how many Skype calls are licensed" },
};

int manager_register_all(void)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(actions); i++) {
		if (ast_manager_register(actions[i].name, EVENT_FLAG_SYSTEM, actions[i].run, actions[i].synopsis)) {
			manager_unregister_all();
			return -1;
		}
	}
	return 0;
}

void manager_unregister_all(void)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(actions); i++) {
		ast_manager_unregister(actions[i].name);
	}
}
