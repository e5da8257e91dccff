/* SPDX-License-Identifier: GPL-2.0-only */
/* chan_skype.conf (manual 3.1). Copyright (C) 2026 the chan-skype-companion authors; see LICENSE. */
#include "chan_skype.h"

#include "asterisk/config.h"
#include "asterisk/format_cap.h"
#include "asterisk/netsock2.h"
#include "asterisk/utf8.h"

#define CONFIG_FILE "chan_skype.conf"

/* Every complaint names section, option and line, so that its cause is found at once. */
#define complain(var, section, fmt, ...) \
	ast_log(LOG_WARNING, CONFIG_FILE " line %d: [%s] %s: " fmt "\n", (var)->lineno, section, (var)->name, ## __VA_ARGS__)

static int bad_bool(const struct ast_variable *var, const char *section)
{
	if (ast_true(var->value) || ast_false(var->value)) {
		return 0;
	}
	complain(var, section, "'%s' is neither yes nor no", var->value);
	return 1;
}

static int bad_address(const struct ast_variable *var, const char *section)
{
	struct ast_sockaddr address;

	if (ast_sockaddr_parse(&address, var->value, PARSE_PORT_FORBID)) {
		return 0;
	}
	complain(var, section, "'%s' is not an IP address", var->value);
	return 1;
}

static int number_of(const char *text, int max)
{
	char *end;
	long number = strtol(text, &end, 10);

	return ast_strlen_zero(text) || *end || number < 0 || number > max ? -1 : (int) number;
}

/* hostname[:port] or ip_address[:port] */
static int bad_proxy(const struct ast_variable *var, const char *section)
{
	char *copy = ast_strdupa(var->value);
	char *host, *port;

	if (ast_strlen_zero(copy)
		|| (ast_sockaddr_split_hostport(copy, &host, &port, 0)
			&& !strpbrk(host, " \t/") && (!port || number_of(port, 65535) > 0))) {
		return 0;
	}
	complain(var, section, "'%s' is not host[:port]", var->value);
	return 1;
}

static void general_option(struct general_config *config, const struct ast_variable *var)
{
	const char *name = var->name;
	int port;

#define TEXT(option, bad) \
	if (!strcasecmp(name, #option)) { \
		if (!(bad)) { \
			ast_string_field_set(config, option, var->value); \
		} \
		return; \
	}
#define FLAG(option) \
	if (!strcasecmp(name, #option)) { \
		if (!bad_bool(var, "general")) { \
			config->option = ast_true(var->value) ? 1 : 0; \
		} \
		return; \
	}
	FLAG(debug)
	FLAG(disable_tcpauto)
	FLAG(disable_udp)
	TEXT(default_user, 0)
	TEXT(bind_address, bad_address(var, "general"))
	TEXT(rtp_address, bad_address(var, "general"))
	TEXT(https_proxy, bad_proxy(var, "general"))
	TEXT(https_proxy_user, 0)
	TEXT(https_proxy_password, 0)
	TEXT(socks5_proxy, bad_proxy(var, "general"))
	TEXT(socks5_proxy_user, 0)
	TEXT(socks5_proxy_password, 0)
#undef TEXT
#undef FLAG
	if (!strcasecmp(name, "engine_directory")) {
		ast_string_field_set(config, engine_directory, var->value);
		if (access(var->value, W_OK | X_OK)) {
			complain(var, "general", "'%s' is not a directory in which files can be made and run", var->value);
		}
	} else if (!strcasecmp(name, "bind_port") || !strcasecmp(name, "bindport")) {
		/* The manual's prose spells it bindport. */
		if ((port = number_of(var->value, 65535)) < 0) {
			complain(var, "general", "'%s' is not a TCP port", var->value);
		} else {
			config->bind_port = port;
		}
	} else {
		complain(var, "general", "unknown option");
	}
}

static void setvar_add(struct setvars *list, const char *name, const char *value)
{
	struct setvar *setvar = ast_calloc(1, sizeof(*setvar));

	if (!setvar) {
		return;
	}
	setvar->name = ast_strdup(name);
	setvar->value = ast_strdup(value);
	AST_LIST_INSERT_TAIL(list, setvar, entry);
}

static void setvars_free(struct setvars *list)
{
	struct setvar *setvar;

	while ((setvar = AST_LIST_REMOVE_HEAD(list, entry))) {
		ast_free(setvar->name);
		ast_free(setvar->value);
		ast_free(setvar);
	}
}

/* "NAME(argument)": the argument, or NULL when text is not of that function. */
static char *function_argument(char *text, const char *function)
{
	size_t len = strlen(function);
	char *end;

	if (strncasecmp(text, function, len) || text[len] != '(' || !(end = strrchr(text, ')')) || end[1]) {
		return NULL;
	}
	*end = '\0';
	return ast_strip(text + len + 1);
}

static void account_property(struct account_config *config, const struct ast_variable *var, const char *property, const char *value)
{
	struct person scratch = { .name = "" };
	int number = property_by_name(property);
	const char *why = NULL;

	if (number >= 0 && properties[number].on_account) {
		why = person_set(&scratch, number, value);
		ast_free(scratch.property[number]);
	} else if (strcasecmp(property, "availability") && strcasecmp(property, "status")) {
		why = "no account property that can be set has this name";
	}
	if (why) {
		complain(var, config->name, "%s='%s': %s", property, value, why);
	} else {
		setvar_add(&config->account_vars, property, value);
	}
}

/* setvar = NAME=value; the manual (3.3.3, 3.3.4) names the option and shows no syntax. */
static void setvar_option(struct account_config *config, const struct ast_variable *var)
{
	char *name = ast_strdupa(var->value);
	char *value = strchr(name, '=');
	char *property, *of;

	if (!value || value == name) {
		complain(var, config->name, "'%s' is not NAME=value", var->value);
		return;
	}
	*value++ = '\0';
	name = ast_strip(name);
	value = ast_strip(value);
	if ((property = function_argument(name, "SKYPE_ACCOUNT_PROPERTY"))) {
		if ((of = strchr(property, ','))) {
			*of = '\0';
			if (strcasecmp(ast_strip(property), config->name)) {
				complain(var, config->name, "sets a property of another account, '%s'", property);
				return;
			}
			property = ast_strip(of + 1);
		}
		account_property(config, var, property, value);
	} else if ((property = function_argument(name, "SKYPE_CALL_PROPERTY"))) {
		if (strcasecmp(property, "topic") && strcasecmp(property, "token")) {
			complain(var, config->name, "no call property '%s' can be set", property);
		} else if (!ast_utf8_is_valid(value)) {
			complain(var, config->name, "the value is not UTF-8");
		} else {
			setvar_add(&config->call_vars, property, value);
		}
	} else {
		setvar_add(&config->channel_vars, name, value);
	}
}

static void codecs_option(struct account_config *config, const struct ast_variable *var, int allow)
{
	char *list = ast_strdupa(var->value);
	char *codec;

	while ((codec = strsep(&list, ","))) {
		codec = ast_strip(codec);
		if (ast_strlen_zero(codec)) {
			continue;
		}
		if (strcasecmp(codec, "all") && strcasecmp(codec, "ulaw") && strcasecmp(codec, "alaw") && strcasecmp(codec, "g729")) {
			/* Skype for Asterisk has G.711 and G.729 only. */
			complain(var, config->name, "codec '%s' cannot be used (ulaw, alaw, g729 can)", codec);
		} else if (allow && !strcasecmp(codec, "all")) {
			ast_format_cap_update_by_allow_disallow(config->codecs, "ulaw,alaw,g729", 1);
		} else {
			ast_format_cap_update_by_allow_disallow(config->codecs, codec, allow);
		}
	}
}

/* Only checked and tidied here; authorization_request() goes through the list. */
static void auth_policy_option(struct account_config *config, const struct ast_variable *var)
{
	char *list = ast_strdupa(var->value);
	struct ast_str *tidy = ast_str_alloca(1024);
	char *policy;

	while ((policy = strsep(&list, ","))) {
		policy = ast_strip(policy);
		if (strcasecmp(policy, "accept") && strcasecmp(policy, "deny") && strcasecmp(policy, "block")
			&& strcasecmp(policy, "ignore") && (strncasecmp(policy, "accept.", 7) || !policy[7])) {
			complain(var, config->name, "'%s' is none of accept, accept.<password>, deny, block, ignore",
				strchr(policy, '.') ? "<with a password>" : policy);
			continue;
		}
		ast_str_append(&tidy, -1, "%s%s", ast_str_strlen(tidy) ? "," : "", policy);
	}
	ast_string_field_set(config, auth_policy, ast_str_strlen(tidy) ? ast_str_buffer(tidy) : "ignore");
}

static void buddy_autoadd_option(struct account_config *config, const struct ast_variable *var)
{
	char *list = ast_strdupa(var->value);
	char *item;

	config->buddy_autoadd = 0;
	while ((item = strsep(&list, ","))) {
		item = ast_strip(item);
		if (!strcasecmp(item, "hints")) {
			config->buddy_autoadd |= AUTOADD_HINTS;
		} else if (!strcasecmp(item, "buddies")) {
			config->buddy_autoadd |= AUTOADD_BUDDIES;
		} else if (!ast_false(item)) {
			complain(var, config->name, "'%s' is none of no, hints, buddies", item);
		}
	}
}

static void account_option(struct account_config *config, const struct ast_variable *var)
{
	const char *name = var->name, *value = var->value;

#define TEXT(option) \
	if (!strcasecmp(name, #option)) { \
		ast_string_field_set(config, option, value); \
		return; \
	}
#define FLAG(option) \
	if (!strcasecmp(name, #option)) { \
		if (!bad_bool(var, config->name)) { \
			config->option = ast_true(value) ? 1 : 0; \
		} \
		return; \
	}
	TEXT(secret)
	TEXT(context)
	TEXT(exten)
	TEXT(mohinterpret)
	TEXT(mohsuggest)
	FLAG(buddy_presence)
	FLAG(webpresence)
#undef TEXT
#undef FLAG
	if (!strcasecmp(name, "allow") || !strcasecmp(name, "disallow")) {
		codecs_option(config, var, !strcasecmp(name, "allow"));
	} else if (!strcasecmp(name, "direction")) {
		if (!strcasecmp(value, "both")) {
			config->direction = DIRECTION_BOTH;
		} else if (!strcasecmp(value, "incoming")) {
			config->direction = DIRECTION_INCOMING;
		} else if (!strcasecmp(value, "outgoing")) {
			config->direction = DIRECTION_OUTGOING;
		} else {
			complain(var, config->name, "'%s' is none of incoming, outgoing, both", value);
		}
	} else if (!strcasecmp(name, "auth_policy")) {
		auth_policy_option(config, var);
	} else if (!strcasecmp(name, "buddy_autoadd")) {
		buddy_autoadd_option(config, var);
	} else if (!strcasecmp(name, "autoreply")) {
		if (!ast_utf8_is_valid(value)) {
			complain(var, config->name, "the value is not UTF-8");
		} else {
			ast_string_field_set(config, autoreply, value);
		}
	} else if (!strcasecmp(name, "avatar")) {
		ast_string_field_set(config, avatar, value);
		if (!ast_strlen_zero(value) && access(value, R_OK)) {
			complain(var, config->name, "'%s' cannot be read", value);
		}
	} else if (!strcasecmp(name, "birthday") || !strcasecmp(name, "country")
		|| !strcasecmp(name, "homepage") || !strcasecmp(name, "gender")) {
		account_property(config, var, name, value);
	} else if (!strcasecmp(name, "setvar")) {
		setvar_option(config, var);
	} else {
		complain(var, config->name, "unknown option");
	}
}

void account_config_free(struct account_config *config)
{
	if (!config) {
		return;
	}
	setvars_free(&config->account_vars);
	setvars_free(&config->call_vars);
	setvars_free(&config->channel_vars);
	ao2_cleanup(config->codecs);
	ast_string_field_free_memory(config);
	ast_free(config);
}

static struct account_config *account_config_new(const char *name)
{
	struct account_config *config = ast_calloc(1, sizeof(*config));

	if (!config || ast_string_field_init(config, 256)) {
		ast_free(config);
		return NULL;
	}
	ast_copy_string(config->name, name, sizeof(config->name));
	ast_string_field_set(config, context, "default");
	ast_string_field_set(config, exten, name);
	ast_string_field_set(config, auth_policy, "accept");
	ast_string_field_set(config, mohinterpret, "default");
	config->buddy_presence = 1;
	if (!(config->codecs = ast_format_cap_alloc(AST_FORMAT_CAP_FLAG_DEFAULT))) {
		account_config_free(config);
		return NULL;
	}
	ast_format_cap_update_by_allow_disallow(config->codecs, "ulaw,alaw,g729", 1);
	return config;
}

void config_free(struct config *config)
{
	struct account_config *account;

	if (!config) {
		return;
	}
	while ((account = AST_LIST_REMOVE_HEAD(&config->accounts, entry))) {
		account_config_free(account);
	}
	ast_string_field_free_memory(&config->general);
	ast_free(config);
}

static struct account_config *account_in(struct config *config, const char *name)
{
	struct account_config *account;

	AST_LIST_TRAVERSE(&config->accounts, account, entry) {
		if (!strcasecmp(account->name, name)) {
			break;
		}
	}
	return account;
}

struct config *config_read(void)
{
	struct ast_flags flags = { 0 };
	struct ast_config *file = ast_config_load(CONFIG_FILE, flags);
	struct ast_category *category = NULL;
	struct ast_variable *var;
	struct account_config *account;
	struct config *config;
	int general_seen = 0;

	if (!file || file == CONFIG_STATUS_FILEINVALID) {
		ast_log(LOG_ERROR, CONFIG_FILE " is missing or cannot be read\n");
		return NULL;
	}
	if (!(config = ast_calloc(1, sizeof(*config))) || ast_string_field_init(&config->general, 256)) {
		ast_free(config);
		ast_config_destroy(file);
		return NULL;
	}
	ast_string_field_set(&config->general, engine_directory, "/tmp");
	ast_string_field_set(&config->general, bind_address, "0.0.0.0");
	ast_string_field_set(&config->general, rtp_address, "127.0.0.1");

	while ((category = ast_category_browse_filtered(file, NULL, category, NULL))) {
		const char *name = ast_category_get_name(category);

		var = ast_category_first(category);
		if (!strcasecmp(name, "general")) {
			if (general_seen++) {
				ast_log(LOG_WARNING, CONFIG_FILE " line %d: [general] stands twice: the second is not read\n", var ? var->lineno : 0);
				continue;
			}
			for (; var; var = var->next) {
				general_option(&config->general, var);
			}
			continue;
		}
		if (!name_is_account(name)) {
			ast_log(LOG_WARNING, CONFIG_FILE " line %d: [%s] is no name for a Skype user: the section is not read\n", var ? var->lineno : 0, name);
			continue;
		}
		if (account_in(config, name)) {
			ast_log(LOG_WARNING, CONFIG_FILE " line %d: [%s] stands twice: the second is not read\n", var ? var->lineno : 0, name);
			continue;
		}
		if (!(account = account_config_new(name))) {
			continue;
		}
		for (; var; var = var->next) {
			account_option(account, var);
		}
		AST_LIST_INSERT_TAIL(&config->accounts, account, entry);
	}
	if (!ast_strlen_zero(config->general.default_user) && !account_in(config, config->general.default_user)) {
		var = ast_variable_browse(file, "general");
		for (; var && strcasecmp(var->name, "default_user"); var = var->next) {
		}
		if (var) {
			complain(var, "general", "there is no user '%s'", var->value);
		}
	}
	ast_config_destroy(file);
	return config;
}
