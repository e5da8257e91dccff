/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dialplan functions and applications (manual 3.2.2.1, 3.3).
 * Copyright (C) 2026 the chan-skype-companion authors; see LICENSE.
 */
#include "chan_skype.h"

#include <sys/eventfd.h>

#include "asterisk/app.h"
#include "asterisk/channel.h"
#include "asterisk/pbx.h"

static int complain(const char *what, const char *argument, const char *why)
{
	ast_log(LOG_WARNING, "%s(%s): %s\n", what, argument, why);
	return -1;
}

/* ---- 3.3.3 ---- */

static int call_property_read(struct ast_channel *chan, const char *cmd, char *data, struct ast_str **buf, ssize_t len)
{
	if (!chan || call_read(chan, data, 0, buf, len)) {
		return complain(cmd, data, "no such property, or no Skype call");
	}
	return 0;
}

static int call_property_write(struct ast_channel *chan, const char *cmd, char *data, const char *value)
{
	if (!chan || call_write(chan, data, value)) {
		return complain(cmd, data, "not a property that can be set to this, or no channel");
	}
	return 0;
}

/* ---- 3.3.4 ---- */

/*
 * "account,property". The manual's example leaves the account out: then it is that of the Skype
 * channel, else default_user. Gives the property.
 */
static char *split_account(struct ast_channel *chan, char *data, char *name, size_t len)
{
	char *property = strchr(data, ',');

	if (property) {
		*property++ = '\0';
		ast_copy_string(name, ast_strip(data), len);
		return ast_strip(property);
	}
	if (!chan || call_account(chan, name, len)) {
		SFA_LOCKED;
		ast_copy_string(name, general->default_user, len);
	}
	return ast_strip(data);
}

static int account_property_read(struct ast_channel *chan, const char *cmd, char *data, struct ast_str **buf, ssize_t len)
{
	char name[NAME_SIZE];
	const char *property = split_account(chan, data, name, sizeof(name)), *why;
	struct account *account;
	SFA_LOCKED;

	if (!(account = account_find(name))) {
		return complain(cmd, name, "no such Skype user on this PBX");
	}
	why = account_read(account, property, buf, len);
	return why ? complain(cmd, property, why) : 0;
}

static int account_property_write(struct ast_channel *chan, const char *cmd, char *data, const char *value)
{
	char name[NAME_SIZE];
	const char *property = split_account(chan, data, name, sizeof(name)), *why;
	struct account *account;

	{
		SFA_LOCKED;
		if (!(account = account_find(name))) {
			why = "no such Skype user on this PBX";
		} else if (!account_logged_in(account) && strcasecmp(property, "status")) {
			why = "the Skype user is not logged in";
		} else {
			why = account_write(account, property, value, 1);
		}
	}
	if (why) {
		return complain(cmd, name, why);
	}
	if (!strcasecmp(property, "status")) {
		presence_refresh_hints();
	}
	return 0;
}

/* ---- 3.3.5: a list belongs to the channel that asked for it, and ends with it ---- */

static void list_free(void *data)
{
	ast_free(data);
}

static const struct ast_datastore_info list_info = { .type = "chan_skype buddy list", .destroy = list_free };
static int list_sequence;

static int buddies_read(struct ast_channel *chan, const char *cmd, char *data, struct ast_str **buf, ssize_t len)
{
	struct ast_str *list = ast_str_create(256);
	struct ast_datastore *store;
	struct account *account;
	struct buddy *buddy;
	char id[16];

	if (!chan || !list) {
		ast_free(list);
		return complain(cmd, data, "needs a channel");
	}
	{
		SFA_LOCKED;
		if (!(account = account_find(data))) {
			ast_free(list);
			return complain(cmd, data, "no such Skype user on this PBX");
		}
		AST_LIST_TRAVERSE(&account->buddies, buddy, entry) {
			if (account_logged_in(account)) {
				ast_str_append(&list, 0, "%s,%s\n", buddy->person->name, buddy_status(account, buddy));
			}
		}
	}
	snprintf(id, sizeof(id), "%d", ast_atomic_fetchadd_int(&list_sequence, 1) + 1);
	if (!(store = ast_datastore_alloc(&list_info, id))) {
		ast_free(list);
		return -1;
	}
	store->data = list;
	ast_channel_lock(chan);
	ast_channel_datastore_add(chan, store);
	ast_channel_unlock(chan);
	ast_str_set(buf, len, "%s", id);
	return 0;
}

static int buddy_fetch_read(struct ast_channel *chan, const char *cmd, char *data, struct ast_str **buf, ssize_t len)
{
	struct ast_datastore *store;
	struct ast_str *list;
	char *end;

	if (!chan) {
		return complain(cmd, data, "needs a channel");
	}
	ast_str_reset(*buf);
	{
		SCOPED_CHANNELLOCK(chan_locked, chan);

		if (!(store = ast_channel_datastore_find(chan, &list_info, data))) {
			return 0; /* read to its end before: empty again */
		}
		list = store->data;
		if ((end = strchr(ast_str_buffer(list), '\n'))) {
			ast_str_set(buf, len, "%.*s", (int) (end - ast_str_buffer(list)), ast_str_buffer(list));
			memmove(ast_str_buffer(list), end + 1, strlen(end + 1) + 1);
			return 0;
		}
		ast_channel_datastore_remove(chan, store);
	}
	ast_datastore_free(store);
	return 0;
}

/* ---- 3.3.6 ---- */

/* Waits for a chat that comes while it waits; the channel is served meanwhile. */
static int chat_receive_read(struct ast_channel *chan, const char *cmd, char *data, struct ast_str **buf, ssize_t len)
{
	struct chat_waiter waiter = { .wake = -1 };
	struct timeval end;
	int left, outfd, ms;
	const char *why = NULL;
	AST_DECLARE_APP_ARGS(args,
		AST_APP_ARG(to);
		AST_APP_ARG(from);
		AST_APP_ARG(timeout);
	);

	AST_STANDARD_APP_ARGS(args, data);
	ast_str_reset(*buf);
	if (args.argc != 3 || sscanf(args.timeout, "%30d", &left) != 1 || left < 0 || left > 86400) {
		return complain(cmd, S_OR(data, ""), "the arguments are to,from,timeout");
	}
	if ((waiter.wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) < 0) {
		return -1;
	}
	{
		SFA_LOCKED;
		if (!(waiter.to = account_find(args.to))) {
			why = "no such Skype user on this PBX";
		} else if (!(waiter.from = person_get(args.from))) {
			why = "nobody has the sender's name";
		} else {
			chat_wait(&waiter);
		}
	}
	if (why) {
		close(waiter.wake);
		return complain(cmd, args.to, why);
	}
	end = ast_tvadd(ast_tvnow(), ast_tv(left, 0));
	while ((left = ast_tvdiff_ms(end, ast_tvnow())) > 0) {
		eventfd_t woken;
		struct ast_channel *ready;
		struct ast_frame *frame;

		ms = left;
		ready = ast_waitfor_nandfds(&chan, chan ? 1 : 0, &waiter.wake, 1, NULL, &outfd, &ms);
		if (ready) {
			if (!(frame = ast_read(ready))) {
				break; /* hung up */
			}
			ast_frfree(frame);
		} else if (!eventfd_read(waiter.wake, &woken)) {
			break;
		}
	}
	{
		SFA_LOCKED;
		chat_wait_end(&waiter);
	}
	close(waiter.wake);
	ast_str_set(buf, len, "%s", S_OR(waiter.text, ""));
	ast_free(waiter.text);
	return 0;
}

static int chat_send_exec(struct ast_channel *chan, const char *data)
{
	struct account *account;
	const char *why;
	AST_DECLARE_APP_ARGS(args,
		AST_APP_ARG(from);
		AST_APP_ARG(to);
		AST_APP_ARG(message);
	);

	char *parse = ast_strdupa(data);

	/* Split by hand: the usual parser would take quotes and backslashes out of the message. */
	args.from = ast_strip(S_OR(strsep(&parse, ","), ""));
	args.to = ast_strip(S_OR(strsep(&parse, ","), ""));
	args.message = parse;
	{
		SFA_LOCKED;
		if (!(account = account_find(args.from))) {
			why = "no such Skype user on this PBX";
		} else if (!ast_strlen_zero(args.message) && strpbrk(args.message, "\r\n")) {
			why = "newlines are not permissible"; /* manual 3.3.6 */
		} else {
			why = chat_send(account, args.to, args.message);
		}
	}
	if (why) {
		complain("SkypeChatSend", args.from, why);
	}
	pbx_builtin_setvar_helper(chan, "SKYPECHATSENDSTATUS", why ? "FAILURE" : "SUCCESS");
	return 0;
}

/* ---- 3.2.2.1 ---- */

static int transfer_exec(struct ast_channel *chan, const char *data)
{
	char *destination = ast_strdupa(data);
	char *topic = strchr(destination, ',');
	const char *why;

	if (topic) {
		*topic++ = '\0';
	}
	destination = ast_strip(destination);
	if (!strncasecmp(destination, "Skype/", 6)) { /* as Transfer() spells it */
		destination += 6;
	}
	if ((why = call_transfer(chan, destination, topic))) {
		complain("SkypeTransfer", destination, why);
	}
	pbx_builtin_setvar_helper(chan, "SKYPETRANSFERSTATUS", why ? "FAILURE" : "SUCCESS");
	return 0;
}

/* ---- registration ---- */

static struct ast_custom_function functions[] = {
	{ .name = "SKYPE_CALL_PROPERTY", .synopsis = "Read or set a property of a Skype call",
		.syntax = "SKYPE_CALL_PROPERTY(property)", .read2 = call_property_read, .write = call_property_write },
	{ .name = "SKYPE_ACCOUNT_PROPERTY", .synopsis = "Read or set a property of a Skype user",
		.syntax = "SKYPE_ACCOUNT_PROPERTY([account,]property)", .read2 = account_property_read, .write = account_property_write },
	{ .name = "SKYPE_BUDDIES", .synopsis = "Make a list of a Skype user's buddies and give its id",
		.syntax = "SKYPE_BUDDIES(account)", .read2 = buddies_read },
	{ .name = "SKYPE_BUDDY_FETCH", .synopsis = "Take the next buddy,status out of a list",
		.syntax = "SKYPE_BUDDY_FETCH(id)", .read2 = buddy_fetch_read },
	{ .name = "SKYPE_CHAT_RECEIVE", .synopsis = "Wait for a Skype chat message",
		.syntax = "SKYPE_CHAT_RECEIVE(to,from,timeout)", .read2 = chat_receive_read },
};

int functions_register(void)
{
	size_t i;
	int failed = 0;

	for (i = 0; i < ARRAY_LEN(functions); i++) {
		failed |= ast_custom_function_register(&functions[i]);
	}
	failed |= ast_register_application("SkypeChatSend", chat_send_exec, "Send a Skype chat message", "SkypeChatSend(from,to,message)");
	failed |= ast_register_application("SkypeTransfer", transfer_exec, "Transfer an incoming Skype call", "SkypeTransfer(destination[,topic])");
	if (failed) {
		functions_unregister();
	}
	return failed ? -1 : 0;
}

void functions_unregister(void)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(functions); i++) {
		ast_custom_function_unregister(&functions[i]);
	}
	ast_unregister_application("SkypeChatSend");
	ast_unregister_application("SkypeTransfer");
}
