/* SPDX-License-Identifier: GPL-2.0-only */
/* The CLI commands of manual 4.2. Copyright (C) 2026 the chan-skype-companion authors; see LICENSE. */
#include "chan_skype.h"

#include "asterisk/ast_version.h"
#include "asterisk/cli.h"
#include "asterisk/format_cap.h"

/* Completes a user of this PBX as word number pos. */
static char *complete_account(struct ast_cli_args *a, int pos)
{
	struct account *account;
	SFA_LOCKED;

	if (a->pos == pos) {
		AST_LIST_TRAVERSE(&accounts, account, entry) {
			if (!strncasecmp(account->self->name, a->word, strlen(a->word))) {
				ast_cli_completion_add(ast_strdup(account->self->name));
			}
		}
	}
	return NULL;
}

/* The head of every handler: init, completion, and the number of words. */
#define COMMAND(words, help, account_pos, least, most) \
	if (cmd == CLI_INIT) { \
		e->command = words; \
		e->usage = "Usage: " help "\n"; \
		return NULL; \
	} \
	if (cmd == CLI_GENERATE) { \
		return account_pos ? complete_account(a, account_pos) : NULL; \
	} \
	if (a->argc < least || a->argc > most) { \
		return CLI_SHOWUSAGE; \
	}

static struct account *account_or_say(struct ast_cli_args *a, const char *name)
{
	struct account *account = account_find(name);

	if (!account) {
		ast_cli(a->fd, "There is no Skype user '%s' on this PBX.\n", name);
	}
	return account;
}

static char *cli_login(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	struct account *account;
	const char *why;

	COMMAND("skype login user", "skype login user <username>", 3, 4, 4)
	{
		SFA_LOCKED;
		if (!(account = account_or_say(a, a->argv[3]))) {
			return CLI_FAILURE;
		}
		if ((why = account_login(account))) {
			ast_cli(a->fd, "%s: %s.\n", account->self->name, why);
			return CLI_FAILURE;
		}
		ast_cli(a->fd, "%s is logged in.\n", account->self->name);
	}
	presence_refresh_hints();
	return CLI_SUCCESS;
}

static char *cli_logoff(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	struct account *account;

	COMMAND("skype logoff user", "skype logoff user <username>", 3, 4, 4)
	SFA_LOCKED;
	if (!(account = account_or_say(a, a->argv[3]))) {
		return CLI_FAILURE;
	}
	if (!account_logged_in(account)) {
		ast_cli(a->fd, "%s: Not logged in.\n", account->self->name);
		return CLI_FAILURE;
	}
	account_logoff(account);
	ast_cli(a->fd, "%s is logged off.\n", account->self->name);
	return CLI_SUCCESS;
}

static char *cli_show_buddies(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	struct account *account;
	struct buddy *buddy;
	int count = 0;

	COMMAND("skype show buddies", "skype show buddies <username>", 3, 4, 4)
	SFA_LOCKED;
	if (!(account = account_or_say(a, a->argv[3]))) {
		return CLI_FAILURE;
	}
	ast_cli(a->fd, "%-32s %-35s %s\n", "Name", "Status", "Full name");
	AST_LIST_TRAVERSE(&account->buddies, buddy, entry) {
		ast_cli(a->fd, "%-32s %-35s %s\n", buddy->person->name, buddy_status(account, buddy),
			buddy->authorized ? person_property(buddy->person, PROP_FULLNAME) : "");
		count++;
	}
	ast_cli(a->fd, "%d on the list of %s\n", count, account->self->name);
	return CLI_SUCCESS;
}

static char *set_debug(struct ast_cli_args *a, int on)
{
	/* "skype set debug on [user] [<username>]": the word user may stand alone or be left out. */
	int name = a->argc > 4 && !strcasecmp(a->argv[4], "user") ? 5 : 4;
	struct account *account;
	SFA_LOCKED;

	if (a->argc > name + 1) {
		return CLI_SHOWUSAGE;
	}
	if (a->argc <= name) {
		general->debug = on ? 1 : 0;
		ast_cli(a->fd, "Skype debugging is %s.\n", on ? "on" : "off");
		return CLI_SUCCESS;
	}
	if (!(account = account_or_say(a, a->argv[name]))) {
		return CLI_FAILURE;
	}
	account->debug = on ? 1 : 0;
	ast_cli(a->fd, "Skype debugging of %s is %s.\n", account->self->name, on ? "on" : "off");
	return CLI_SUCCESS;
}

static char *cli_debug_off(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	COMMAND("skype set debug off", "skype set debug off [user] [<username>]", 5, 4, 6)
	return set_debug(a, 0);
}

static char *cli_debug_on(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	COMMAND("skype set debug on", "skype set debug on [user] [<username>]", 5, 4, 6)
	return set_debug(a, 1);
}

static char *set_vedebug(struct ast_cli_args *a, int on)
{
	/* Manual 4.2 has the name right behind on; its chapter 4.3 puts "user" between. */
	int name = a->argc == 6 && !strcasecmp(a->argv[4], "user") ? 5 : 4;
	struct account *account;
	SFA_LOCKED;

	if (a->argc != name + 1) {
		return CLI_SHOWUSAGE;
	}
	if (!(account = account_or_say(a, a->argv[name]))) {
		return CLI_FAILURE;
	}
	account->vedebug = on ? 1 : 0;
	ast_cli(a->fd, "Voice Engine debugging of %s is %s.\n", account->self->name, on ? "on" : "off");
	return CLI_SUCCESS;
}

static char *cli_vedebug_off(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	COMMAND("skype set vedebug off", "skype set vedebug off <username>", 4, 5, 6)
	return set_vedebug(a, 0);
}

static char *cli_vedebug_on(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	COMMAND("skype set vedebug on", "skype set vedebug on <username>", 4, 5, 6)
	return set_vedebug(a, 1);
}

static char *cli_hostid(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	char host[32];

	COMMAND("skype show hostid", "skype show hostid", 0, 3, 3)
	ast_cli(a->fd, "Host-ID: %s\n", ast_eid_to_str(host, sizeof(host), &ast_eid_default));
	return CLI_SUCCESS;
}

static char *cli_licenses(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	char key[32];
	int i;

	COMMAND("skype show licenses", "skype show licenses", 0, 3, 3)
	SFA_LOCKED;
	for (i = 0; i < LICENSES_MAX; i++) {
		if (licenses[i]) {
			license_key(i, key, sizeof(key));
			ast_cli(a->fd, "Key: %s  Channels: %d  Expires: 2037-12-31  Status: OK\n", key, licenses[i]);
		}
	}
	ast_cli(a->fd, "Skype channels licensed: %d, in use: %d\n", licenses_total(), calls_active());
	return CLI_SUCCESS;
}

static void line(struct ast_cli_args *a, const char *name, const char *value)
{
	ast_cli(a->fd, "  %-22s %s\n", name, S_OR(value, "-"));
}

static char *cli_settings(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	char port[12];

	COMMAND("skype show settings", "skype show settings", 0, 3, 3)
	SFA_LOCKED;
	ast_cli(a->fd, "Global Skype settings\n");
	line(a, "engine_directory", general->engine_directory);
	line(a, "default_user", general->default_user);
	line(a, "debug", AST_CLI_YESNO(general->debug));
	line(a, "bind_address", general->bind_address);
	line(a, "rtp_address", general->rtp_address);
	snprintf(port, sizeof(port), "%d", general->bind_port);
	line(a, "bind_port", port);
	line(a, "disable_tcpauto", AST_CLI_YESNO(general->disable_tcpauto));
	line(a, "disable_udp", AST_CLI_YESNO(general->disable_udp));
	line(a, "https_proxy", general->https_proxy);
	line(a, "https_proxy_user", general->https_proxy_user);
	line(a, "https_proxy_password", ast_strlen_zero(general->https_proxy_password) ? "" : "(set)");
	line(a, "socks5_proxy", general->socks5_proxy);
	line(a, "socks5_proxy_user", general->socks5_proxy_user);
	line(a, "socks5_proxy_password", ast_strlen_zero(general->socks5_proxy_password) ? "" : "(set)");
	return CLI_SUCCESS;
}

static char *cli_users(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	struct account *account;
	int count = 0;

	COMMAND("skype show users", "skype show users", 0, 3, 3)
	SFA_LOCKED;
	ast_cli(a->fd, "%-32s %-30s %s\n", "User", "Status", "Availability");
	AST_LIST_TRAVERSE(&accounts, account, entry) {
		ast_cli(a->fd, "%-32s %-30s %s\n", account->self->name, account->status, account_availability(account));
		count++;
	}
	ast_cli(a->fd, "%d Skype users\n", count);
	return CLI_SUCCESS;
}

/* Passwords of accept.<password> stay secret. */
static const char *policies_shown(const char *auth_policy, struct ast_str **buf)
{
	char *list = ast_strdupa(auth_policy), *policy;

	while ((policy = strsep(&list, ","))) {
		ast_str_append(buf, -1, "%s%s", ast_str_strlen(*buf) ? "," : "",
			!strncasecmp(policy, "accept.", 7) ? "accept.(password)" : policy);
	}
	return ast_str_buffer(*buf);
}

static char *cli_user(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	static const char *const directions[] = { "both", "incoming", "outgoing" };
	static const char *const autoadds[] = { "no", "hints", "buddies", "buddies,hints" };
	struct ast_str *codecs = ast_str_alloca(AST_FORMAT_CAP_NAMES_LEN);
	struct ast_str *policies = ast_str_alloca(1024);
	const struct account_config *config;
	struct account *account;
	struct setvar *setvar;
	int i;

	COMMAND("skype show user", "skype show user <username>", 3, 4, 4)
	SFA_LOCKED;
	if (!(account = account_or_say(a, a->argv[3]))) {
		return CLI_FAILURE;
	}
	config = account->config;
	ast_cli(a->fd, "Skype user %s\n", account->self->name);
	line(a, "status", account->status);
	line(a, "availability", account_availability(account));
	line(a, "secret", ast_strlen_zero(config->secret) ? "" : "(set)");
	line(a, "context", config->context);
	line(a, "exten", config->exten);
	line(a, "codecs", ast_format_cap_get_names(config->codecs, &codecs));
	line(a, "direction", directions[config->direction]);
	line(a, "auth_policy", policies_shown(config->auth_policy, &policies));
	line(a, "buddy_autoadd", autoadds[config->buddy_autoadd]);
	line(a, "buddy_presence", AST_CLI_YESNO(config->buddy_presence));
	line(a, "mohinterpret", config->mohinterpret);
	line(a, "mohsuggest", config->mohsuggest);
	line(a, "autoreply", config->autoreply);
	line(a, "webpresence", AST_CLI_YESNO(config->webpresence));
	line(a, "avatar", config->avatar);
	line(a, "debug", AST_CLI_ONOFF(account->debug));
	line(a, "vedebug", AST_CLI_ONOFF(account->vedebug));
	for (i = 0; i < PROP_COUNT; i++) {
		if (*person_property(account->self, i)) {
			line(a, properties[i].name, person_property(account->self, i));
		}
	}
	AST_LIST_TRAVERSE(&config->channel_vars, setvar, entry) {
		ast_cli(a->fd, "  %-22s %s=%s\n", "setvar", setvar->name, setvar->value);
	}
	return CLI_SUCCESS;
}

static char *cli_version(struct ast_cli_entry *e, int cmd, struct ast_cli_args *a)
{
	COMMAND("skype show version", "skype show version", 0, 3, 3)
	ast_cli(a->fd, "chan_skype (stand-in with a simulated community), on Asterisk %s\n", ast_get_version());
	return CLI_SUCCESS;
}

static struct ast_cli_entry commands[] = {
	AST_CLI_DEFINE(cli_login, "Log in a Skype user"),
	AST_CLI_DEFINE(cli_logoff, "Log off a Skype user"),
	AST_CLI_DEFINE(cli_show_buddies, "List the buddies of a Skype user"),
	AST_CLI_DEFINE(cli_debug_off, "Disable Skype debugging"),
	AST_CLI_DEFINE(cli_debug_on, "Enable Skype debugging"),
	AST_CLI_DEFINE(cli_hostid, "Show the Skype Host-ID"),
	AST_CLI_DEFINE(cli_licenses, "Show the Skype licenses"),
	AST_CLI_DEFINE(cli_settings, "Show the global Skype configuration"),
	AST_CLI_DEFINE(cli_users, "List the Skype users"),
	AST_CLI_DEFINE(cli_user, "Show the configuration of a Skype user"),
	AST_CLI_DEFINE(cli_vedebug_off, "Disable Voice Engine debugging"),
	AST_CLI_DEFINE(cli_vedebug_on, "Enable Voice Engine debugging"),
	AST_CLI_DEFINE(cli_version, "Show the version of the Skype module"),
};

int cli_register(void)
{
	return ast_cli_register_multiple(commands, ARRAY_LEN(commands));
}

void cli_unregister(void)
{
	ast_cli_unregister_multiple(commands, ARRAY_LEN(commands));
}
