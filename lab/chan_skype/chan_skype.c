/* SPDX-License-Identifier: GPL-2.0-only */
/* Loading, unloading and reloading. Copyright (C) 2026 the chan-skype-companion authors; see LICENSE. */
#include "chan_skype.h"

ast_mutex_t sfa_lock;

static const struct {
	int (*start)(void);
	void (*stop)(void);
} parts[] = {
	{ community_init, community_destroy },
	{ channel_register, channel_unregister },
	{ presence_register, presence_unregister },
	{ functions_register, functions_unregister },
	{ manager_register_all, manager_unregister_all },
	{ cli_register, cli_unregister },
	{ lab_cli_register, lab_cli_unregister },
};

static void stop(size_t count)
{
	while (count--) {
		parts[count].stop();
	}
}

static int load_module(void)
{
	struct config *config = config_read();
	size_t i;

	if (!config) {
		return AST_MODULE_LOAD_DECLINE;
	}
	ast_mutex_init(&sfa_lock);
	for (i = 0; i < ARRAY_LEN(parts); i++) {
		if (parts[i].start()) {
			stop(i);
			ast_mutex_destroy(&sfa_lock);
			config_free(config);
			return AST_MODULE_LOAD_DECLINE;
		}
	}
	{
		SFA_LOCKED;
		community_configure(config, 0);
	}
	presence_refresh_hints();
	return AST_MODULE_LOAD_SUCCESS;
}

static int reload_module(void)
{
	struct config *config = config_read();

	if (!config) {
		return AST_MODULE_LOAD_DECLINE;
	}
	{
		SFA_LOCKED;
		if (calls_active()) { /* manual 2.5 */
			ast_log(LOG_WARNING, "Skype calls are up: nothing was reloaded\n");
			config_free(config);
			return AST_MODULE_LOAD_DECLINE;
		}
		community_configure(config, 1);
	}
	presence_refresh_hints();
	return AST_MODULE_LOAD_SUCCESS;
}

static int unload_module(void)
{
	/* Channels hold a reference to the module, so only a forced unload finds calls here. */
	{
		SFA_LOCKED;
		if (calls_active()) {
			ast_log(LOG_WARNING, "Skype calls are up: the module stays\n");
			return -1;
		}
	}
	stop(ARRAY_LEN(parts));
	ast_mutex_destroy(&sfa_lock);
	return 0;
}

AST_MODULE_INFO(ASTERISK_GPL_KEY, AST_MODFLAG_LOAD_ORDER, "Skype channel (stand-in with a simulated community)",
	.support_level = AST_MODULE_SUPPORT_EXTENDED,
	.load = load_module,
	.unload = unload_module,
	.reload = reload_module,
	.load_pri = AST_MODPRI_CHANNEL_DRIVER,
);
