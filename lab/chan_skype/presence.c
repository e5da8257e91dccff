/* SPDX-License-Identifier: GPL-2.0-only */
/* The device-state provider "Skype" (manual 3.4). Copyright (C) 2026 the chan-skype-companion authors; see LICENSE. */
#include "chan_skype.h"

#include "asterisk/devicestate.h"
#include "asterisk/pbx.h"

/* Never UNKNOWN: a hint would show that as idle. */
static enum ast_device_state state_of(const char *status)
{
	static const struct {
		const char *status;
		enum ast_device_state state;
	} states[] = {
		{ "Online", AST_DEVICE_NOT_INUSE },
		{ "Skype Me", AST_DEVICE_NOT_INUSE },
		{ "Skypeout", AST_DEVICE_NOT_INUSE },
		{ "Away", AST_DEVICE_BUSY },
		{ "Not Available", AST_DEVICE_BUSY },
		{ "Do Not Disturb", AST_DEVICE_BUSY },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(states); i++) {
		if (!strcmp(status, states[i].status)) {
			return states[i].state;
		}
	}
	return AST_DEVICE_UNAVAILABLE;
}

static enum ast_device_state buddy_state(const struct account *account, const struct buddy *buddy)
{
	return account_logged_in(account) && buddy ? state_of(buddy_status(account, buddy)) : AST_DEVICE_UNAVAILABLE;
}

void presence_announce(const struct account *account, const struct buddy *buddy)
{
	/* Asterisk caches states and never asks twice, so every change must be said. */
	ast_devstate_changed(buddy_state(account, buddy), AST_DEVSTATE_CACHABLE, "Skype:%s@%s",
		account->self->name, buddy->person->name);
}

/* The provider's callback, without the lock: "user@buddy"; there is no default user here. */
static enum ast_device_state presence_state(const char *data)
{
	char *user = ast_strdupa(data);
	char *name = strchr(user, '@');
	struct account *account;
	struct buddy *buddy;
	struct person *person;
	SFA_LOCKED;

	if (!name) {
		return AST_DEVICE_INVALID;
	}
	*name++ = '\0';
	if (!(account = account_find(user)) || !name_is_valid(name)) {
		return AST_DEVICE_INVALID;
	}
	person = person_find(name);
	buddy = person ? buddy_find(account, person) : NULL;
	if (!buddy && (account->config->buddy_autoadd & AUTOADD_HINTS) && account_logged_in(account)) {
		buddy_add(account, name, NULL);
		person = person_find(name);
		buddy = person ? buddy_find(account, person) : NULL;
	}
	return buddy_state(account, buddy);
}

static int collect_hints(struct ast_str **devices)
{
	struct ast_context *context = NULL;
	struct ast_exten *exten, *priority;

	ast_rdlock_contexts();
	while ((context = ast_walk_contexts(context))) {
		ast_rdlock_context(context);
		exten = NULL;
		while ((exten = ast_walk_context_extensions(context, exten))) {
			priority = NULL;
			while ((priority = ast_walk_extension_priorities(exten, priority))) {
				const char *hint = ast_get_extension_app(priority);

				if (ast_get_extension_priority(priority) == PRIORITY_HINT && !ast_strlen_zero(hint) && !strchr(hint, '$')) {
					ast_str_append(devices, 0, "%s\n", hint);
				}
			}
		}
		ast_unlock_context(context);
	}
	ast_unlock_contexts();
	return ast_str_strlen(*devices) > 0;
}

void presence_refresh_hints(void)
{
	struct ast_str *hints = ast_str_create(1024);
	char *rest, *hint, *device;

	if (!hints || !collect_hints(&hints)) {
		ast_free(hints);
		return;
	}
	rest = ast_str_buffer(hints);
	while ((hint = strsep(&rest, "\n"))) {
		char *devices = strsep(&hint, ","); /* what follows is a presence provider */

		while ((device = strsep(&devices, "&"))) {
			if (!strncasecmp(device, "Skype:", 6)) {
				ast_devstate_changed(presence_state(device + 6), AST_DEVSTATE_CACHABLE, "%s", device);
			}
		}
	}
	ast_free(hints);
}

int presence_register(void)
{
	return ast_devstate_prov_add("Skype", presence_state);
}

void presence_unregister(void)
{
	ast_devstate_prov_del("Skype");
}
