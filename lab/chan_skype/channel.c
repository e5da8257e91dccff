/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The channel technology "Skype" (manual 3.2) and its simulated media.
 *
 * A call between an Asterisk channel and the community is a leg. Everything that the far end does
 * reaches the channel through the leg's inbox and its eventfd, so no thread ever needs the lock of
 * a second channel. Simulated people live on the leg's timer: it answers, then it clocks the tone.
 *
 * Copyright (C) 2026 the chan-skype-companion authors; see LICENSE.
 */
#include "chan_skype.h"

#include <math.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#include "asterisk/alaw.h"
#include "asterisk/causes.h"
#include "asterisk/channel.h"
#include "asterisk/format_cache.h"
#include "asterisk/format_cap.h"
#include "asterisk/musiconhold.h"
#include "asterisk/pbx.h"
#include "asterisk/ulaw.h"
#include "asterisk/utf8.h"

#define FRAME_SAMPLES 160 /* 20 ms at 8 kHz */
#define TONE_PERIOD 200   /* 11 periods of 440 Hz are exactly 200 samples */
#define INBOX_MAX 100     /* two seconds of sound */

struct leg {
	struct account *account; /* stays while a leg exists: no reload with calls up */
	struct person *other;
	struct leg *peer; /* the other leg of a call between two users of this PBX */
	struct ast_format *format;
	char channel[AST_CHANNEL_NAME];
	char forwarded_by[NAME_SIZE];
	char target_identity[NAME_SIZE];
	char *topic;
	char *token;
	unsigned int incoming : 1;
	unsigned int talking : 1; /* answered */
	unsigned int ended : 1;
	int cause;
	int wake;  /* eventfd: one count for each frame of the inbox, one for the end */
	int clock; /* timerfd */
	int phase;
	int queued;
	AST_LIST_HEAD_NOLOCK(, ast_frame) inbox;
	struct ast_frame tone;
	unsigned char sound[FRAME_SAMPLES];
	AST_LIST_ENTRY(leg) entry;
};

static AST_LIST_HEAD_NOLOCK_STATIC(legs, leg);
int licenses[LICENSES_MAX] = { 8, 2 };
int answer_delay_ms = 200;
static short tone_samples[TONE_PERIOD];
static unsigned int sequence;
static struct ast_channel_tech skype_tech;

/* ---- licences: one channel each (manual 1, 4.3) ---- */

int licenses_total(void)
{
	int i, total = 0;

	for (i = 0; i < LICENSES_MAX; i++) {
		total += licenses[i];
	}
	return total;
}

void license_key(int index, char *buf, size_t len)
{
	snprintf(buf, len, "SFA-STANDIN-%04d", index + 1);
}

int calls_active(void)
{
	struct leg *leg;
	int count = 0;

	AST_LIST_TRAVERSE(&legs, leg, entry) {
		count++;
	}
	return count;
}

/* ---- legs ---- */

static void leg_post(struct leg *leg, const struct ast_frame *frame)
{
	struct ast_frame *copy;

	if (leg->ended || leg->queued >= INBOX_MAX || !(copy = ast_frdup(frame))) {
		return;
	}
	AST_LIST_INSERT_TAIL(&leg->inbox, copy, frame_list);
	leg->queued++;
	eventfd_write(leg->wake, 1);
}

static void leg_control(struct leg *leg, enum ast_control_frame_type control, const void *data, size_t len)
{
	struct ast_frame frame = {
		.frametype = AST_FRAME_CONTROL,
		.subclass.integer = control,
		.data.ptr = (void *) data,
		.datalen = len,
		.src = "Skype",
	};

	leg_post(leg, &frame);
}

/* The far end is gone. What the inbox holds still comes first. */
static void leg_end(struct leg *leg, int cause)
{
	if (!leg->ended) {
		leg->ended = 1;
		leg->cause = cause;
		eventfd_write(leg->wake, 1);
	}
}

static void leg_clock(struct leg *leg, int first_ms, int every_ms)
{
	struct itimerspec time = {
		.it_value = { first_ms / 1000, (first_ms % 1000) * 1000000L + (first_ms ? 0 : 1) },
		.it_interval = { every_ms / 1000, (every_ms % 1000) * 1000000L },
	};

	timerfd_settime(leg->clock, 0, &time, NULL);
}

/* The call is answered; a simulated person begins to make its sound. */
static void leg_talk(struct leg *leg)
{
	leg->talking = 1;
	if (!leg->peer && (leg->other->habit == HABIT_TONE || leg->other->habit == HABIT_SHY)) {
		leg_clock(leg, 20, 20);
	}
}

static void leg_free(struct leg *leg)
{
	struct ast_frame *frame;

	AST_LIST_REMOVE(&legs, leg, entry);
	if (leg->peer) {
		leg->peer->peer = NULL;
	}
	while ((frame = AST_LIST_REMOVE_HEAD(&leg->inbox, frame_list))) {
		ast_frfree(frame);
	}
	if (leg->wake >= 0) {
		close(leg->wake);
	}
	if (leg->clock >= 0) {
		close(leg->clock);
	}
	ao2_cleanup(leg->format);
	ast_free(leg->topic);
	ast_free(leg->token);
	ast_free(leg);
}

/* G.729 would need codec_g729a (manual 2.4): the stand-in speaks G.711. */
static struct ast_format *pick_format(const struct account *account, const struct leg *peer)
{
	struct ast_format *formats[] = { ast_format_ulaw, ast_format_alaw };
	size_t i, count = ast_format_cap_count(account->config->codecs);

	if (peer && ast_format_cap_iscompatible_format(account->config->codecs, peer->format) == AST_FORMAT_CMP_EQUAL) {
		return ao2_bump(peer->format);
	}
	for (i = 0; i < count; i++) { /* in the order of the configuration */
		struct ast_format *format = ast_format_cap_get_format(account->config->codecs, i);

		if (format == formats[0] || format == formats[1]) {
			return format;
		}
		ao2_cleanup(format);
	}
	return NULL;
}

/* Takes a licence; NULL and a cause when the call cannot be. */
static struct leg *leg_new(struct account *account, struct person *other, int incoming, struct leg *peer, int *cause)
{
	const char *name = account->self->name;
	struct setvar *setvar;
	struct leg *leg;

	if (!account_logged_in(account)) {
		ast_log(LOG_WARNING, "Skype user %s is not logged in: no call\n", name);
		*cause = AST_CAUSE_SUBSCRIBER_ABSENT;
		return NULL;
	}
	if (account->config->direction == (incoming ? DIRECTION_OUTGOING : DIRECTION_INCOMING)) {
		ast_log(LOG_WARNING, "Skype user %s is not allowed %s calls\n", name, incoming ? "incoming" : "outgoing");
		*cause = incoming ? AST_CAUSE_CALL_REJECTED : AST_CAUSE_OUTGOING_CALL_BARRED;
		return NULL;
	}
	if (calls_active() >= licenses_total()) {
		ast_log(LOG_WARNING, "All %d licensed Skype channels are in use: no call for %s\n", licenses_total(), name);
		*cause = AST_CAUSE_NORMAL_CIRCUIT_CONGESTION;
		return NULL;
	}
	*cause = AST_CAUSE_SWITCH_CONGESTION;
	if (!(leg = ast_calloc(1, sizeof(*leg)))) {
		return NULL;
	}
	leg->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC | EFD_SEMAPHORE);
	leg->clock = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	leg->account = account;
	leg->other = other;
	leg->incoming = incoming ? 1 : 0;
	AST_LIST_INSERT_TAIL(&legs, leg, entry);
	if (leg->wake < 0 || leg->clock < 0) {
		leg_free(leg);
		return NULL;
	}
	if (!(leg->format = pick_format(account, peer))) {
		ast_log(LOG_WARNING, "Skype user %s allows no codec that can be used (g729 needs codec_g729a)\n", name);
		*cause = AST_CAUSE_BEARERCAPABILITY_NOTAVAIL;
		leg_free(leg);
		return NULL;
	}
	leg->peer = peer;
	if (peer) {
		peer->peer = leg;
	}
	AST_LIST_TRAVERSE(&account->config->call_vars, setvar, entry) {
		char **text = !strcasecmp(setvar->name, "topic") ? &leg->topic : &leg->token;

		ast_free(*text);
		*text = ast_strdup(setvar->value);
	}
	return leg;
}

/* Without the lock: the channel of a leg, unlocked. Frees the leg when there is none. */
static struct ast_channel *leg_channel(struct leg *leg, const char *exten, const char *context,
	const struct ast_assigned_ids *ids, const struct ast_channel *requestor)
{
	struct account_config *config = leg->account->config;
	struct ast_format_cap *cap = ast_format_cap_alloc(AST_FORMAT_CAP_FLAG_DEFAULT);
	const char *number = leg->incoming ? leg->other->name : leg->account->self->name;
	char fullname[256] = "";
	struct ast_channel *chan = NULL;
	struct setvar *setvar;

	if (leg->incoming) {
		SFA_LOCKED;
		ast_copy_string(fullname, person_property(leg->other, PROP_FULLNAME), sizeof(fullname));
	}
	if (cap && !ast_format_cap_append(cap, leg->format, 20)) {
		chan = ast_channel_alloc(1, leg->incoming ? AST_STATE_RING : AST_STATE_DOWN, leg->incoming ? number : "", fullname, "",
			exten, context, ids, requestor, 0, "Skype/%.28s@%.32s-%08x", leg->account->self->name, leg->other->name,
			(unsigned int) ast_atomic_fetchadd_int((int *) &sequence, 1));
	}
	if (!chan) {
		SFA_LOCKED;
		ao2_cleanup(cap);
		if (leg->peer) {
			leg_end(leg->peer, AST_CAUSE_SWITCH_CONGESTION);
		}
		leg_free(leg);
		return NULL;
	}
	ast_channel_tech_set(chan, &skype_tech);
	ast_channel_nativeformats_set(chan, cap);
	ao2_cleanup(cap);
	ast_channel_set_readformat(chan, leg->format);
	ast_channel_set_rawreadformat(chan, leg->format);
	ast_channel_set_writeformat(chan, leg->format);
	ast_channel_set_rawwriteformat(chan, leg->format);
	ast_channel_set_fd(chan, 0, leg->wake);
	ast_channel_set_fd(chan, 1, leg->clock);
	ast_channel_tech_pvt_set(chan, leg);
	ast_copy_string(leg->channel, ast_channel_name(chan), sizeof(leg->channel));
	ast_module_ref(AST_MODULE_SELF);
	ast_channel_unlock(chan);
	AST_LIST_TRAVERSE(&config->channel_vars, setvar, entry) {
		pbx_builtin_setvar_helper(chan, setvar->name, setvar->value);
	}
	return chan;
}

/*
 * Without the lock, no channel locked: a call comes in for a user of this PBX. Gives a cause, and the
 * channel's name, which cannot be read from the leg later: the dialplan may have ended the call by then.
 */
static int ring_account(struct leg *leg, char *name, size_t len)
{
	const struct account_config *config = leg->account->config;
	struct ast_channel *chan;

	if (!ast_exists_extension(NULL, config->context, config->exten, 1, leg->other->name)) {
		SFA_LOCKED;
		ast_log(LOG_WARNING, "No extension %s@%s for a call to Skype user %s\n", config->exten, config->context, config->name);
		if (leg->peer) {
			leg_end(leg->peer, AST_CAUSE_UNALLOCATED);
		}
		leg_free(leg);
		return AST_CAUSE_UNALLOCATED;
	}
	if (!(chan = leg_channel(leg, config->exten, config->context, NULL, NULL))) {
		return AST_CAUSE_SWITCH_CONGESTION;
	}
	if (name) {
		ast_copy_string(name, ast_channel_name(chan), len);
	}
	if (ast_pbx_start(chan)) {
		ast_hangup(chan);
		return AST_CAUSE_SWITCH_CONGESTION;
	}
	return 0;
}

static void copy_text(char **to, const char *from)
{
	if (!ast_strlen_zero(from)) {
		ast_free(*to);
		*to = ast_strdup(from);
	}
}

/*
 * With the lock: the leg's user calls leg->other. Simulated people begin to ring; a user of this PBX
 * gives a second leg, which the caller rings after unlocking.
 */
static int leg_dial(struct leg *leg, struct leg **second)
{
	struct person *other = leg->other;
	int cause = 0;

	*second = NULL;
	sfa_debug(leg->account, "%s calls %s", leg->account->self->name, other->name);
	if (other->account) {
		if (account_blocks(other->account, leg->account->self)) {
			return AST_CAUSE_CALL_REJECTED;
		}
		if (!(*second = leg_new(other->account, leg->account->self, 1, leg, &cause))) {
			return cause;
		}
		copy_text(&(*second)->topic, leg->topic);
		copy_text(&(*second)->token, leg->token);
		return 0;
	}
	if (name_is_number(other->name) && leg->account->balance <= 0) {
		ast_log(LOG_WARNING, "Skype user %s has no credit for %s\n", leg->account->self->name, other->name);
		return AST_CAUSE_CALL_REJECTED;
	}
	if (!strncmp(other->presence, "Offline", 7)) {
		return AST_CAUSE_SUBSCRIBER_ABSENT;
	}
	if (other->habit == HABIT_BUSY) {
		leg_control(leg, AST_CONTROL_BUSY, NULL, 0);
		return 0;
	}
	leg_control(leg, AST_CONTROL_RINGING, NULL, 0);
	if (other->habit != HABIT_RING) {
		leg_clock(leg, answer_delay_ms, 0);
	}
	return 0;
}

void calls_end(const struct account *account)
{
	struct leg *leg;

	AST_LIST_TRAVERSE(&legs, leg, entry) {
		if (!account || leg->account == account) {
			leg_end(leg, AST_CAUSE_NORMAL_CLEARING);
		}
	}
}

/* ---- the technology's callbacks; Asterisk holds the channel's lock unless said ---- */

static struct ast_channel *skype_request(const char *type, struct ast_format_cap *cap, const struct ast_assigned_ids *ids,
	const struct ast_channel *requestor, const char *addr, int *cause)
{
	char *user = ast_strdupa(addr), *destination = strchr(user, '@');
	struct account *account;
	struct person *other;
	struct leg *leg;

	*cause = AST_CAUSE_NO_ROUTE_DESTINATION;
	{
		SFA_LOCKED;
		if (destination) {
			*destination++ = '\0';
		} else { /* manual 3.2.1 */
			destination = user;
			user = ast_strdupa(general->default_user);
		}
		if (!(account = account_find(user))) {
			ast_log(LOG_WARNING, "Skype/%s: no Skype user '%s' to call from\n", addr, user);
			return NULL;
		}
		if (!(other = person_get(destination)) || other == account->self) {
			ast_log(LOG_WARNING, "Skype/%s: nobody to call has this name\n", addr);
			*cause = AST_CAUSE_UNALLOCATED;
			return NULL;
		}
		if (!(leg = leg_new(account, other, 0, NULL, cause))) {
			return NULL;
		}
	}
	*cause = 0;
	return leg_channel(leg, "", "", ids, requestor);
}

/* Topic and token that the dialplan set on a channel of another technology (manual 3.3.3). */
struct next_call {
	char *topic;
	char *token;
};

static void next_call_free(void *data)
{
	struct next_call *next = data;

	ast_free(next->topic);
	ast_free(next->token);
	ast_free(next);
}

static void *next_call_copy(void *data)
{
	const struct next_call *from = data;
	struct next_call *next = ast_calloc(1, sizeof(*next));

	if (next) {
		copy_text(&next->topic, from->topic);
		copy_text(&next->token, from->token);
	}
	return next;
}

static const struct ast_datastore_info next_call_info = {
	.type = "chan_skype next call",
	.duplicate = next_call_copy,
	.destroy = next_call_free,
};

/* The channel is locked. */
static struct next_call *next_call_of(struct ast_channel *chan, int make)
{
	struct ast_datastore *store = ast_channel_datastore_find(chan, &next_call_info, NULL);

	if (!store && make && (store = ast_datastore_alloc(&next_call_info, NULL))) {
		store->inheritance = DATASTORE_INHERIT_FOREVER; /* Dial hands it on to the channel it makes */
		if (!(store->data = ast_calloc(1, sizeof(struct next_call)))) {
			ast_datastore_free(store);
			return NULL;
		}
		ast_channel_datastore_add(chan, store);
	}
	return store ? store->data : NULL;
}

static int skype_call(struct ast_channel *chan, const char *addr, int timeout)
{
	struct leg *leg = ast_channel_tech_pvt(chan), *second;
	struct next_call *next = next_call_of(chan, 0);
	int cause;

	{
		SFA_LOCKED;
		if (next) {
			copy_text(&leg->topic, next->topic);
			copy_text(&leg->token, next->token);
		}
		cause = leg_dial(leg, &second);
	}
	if (!cause && second) {
		/* Making a channel while another is locked could deadlock with a look-up by name. */
		ast_channel_unlock(chan);
		cause = ring_account(second, NULL, 0);
		ast_channel_lock(chan);
	}
	if (cause) {
		ast_channel_hangupcause_set(chan, cause);
		return -1;
	}
	return 0;
}

static int skype_hangup(struct ast_channel *chan)
{
	struct leg *leg = ast_channel_tech_pvt(chan);
	int cause = ast_channel_hangupcause(chan);

	if (!leg) {
		return 0;
	}
	ast_channel_tech_pvt_set(chan, NULL);
	ast_channel_set_fd(chan, 0, -1);
	ast_channel_set_fd(chan, 1, -1);
	{
		SFA_LOCKED;
		if (leg->peer) {
			leg_end(leg->peer, cause ? cause : AST_CAUSE_NORMAL_CLEARING);
		}
		leg_free(leg);
	}
	ast_module_unref(AST_MODULE_SELF);
	return 0;
}

static int skype_answer(struct ast_channel *chan)
{
	struct leg *leg = ast_channel_tech_pvt(chan);
	SFA_LOCKED;

	if (!leg->talking) {
		if (leg->peer) {
			leg->peer->talking = 1;
			leg_control(leg->peer, AST_CONTROL_ANSWER, NULL, 0);
		}
		leg_talk(leg);
	}
	ast_setstate(chan, AST_STATE_UP);
	return 0;
}

static struct ast_frame *tone_frame(struct leg *leg)
{
	int i, alaw = leg->format == ast_format_alaw;

	for (i = 0; i < FRAME_SAMPLES; i++) {
		short sample = tone_samples[(leg->phase + i) % TONE_PERIOD];

		leg->sound[i] = alaw ? AST_LIN2A(sample) : AST_LIN2MU(sample);
	}
	leg->phase = (leg->phase + FRAME_SAMPLES) % TONE_PERIOD;
	leg->tone = (struct ast_frame) {
		.frametype = AST_FRAME_VOICE,
		.subclass.format = leg->format,
		.data.ptr = leg->sound,
		.datalen = FRAME_SAMPLES,
		.samples = FRAME_SAMPLES,
		.src = "Skype",
	};
	return &leg->tone;
}

static struct ast_frame *skype_read(struct ast_channel *chan)
{
	struct leg *leg = ast_channel_tech_pvt(chan);
	struct ast_frame *frame;
	eventfd_t woken;
	uint64_t ticks;
	SFA_LOCKED;

	if (!eventfd_read(leg->wake, &woken)) {
		if ((frame = AST_LIST_REMOVE_HEAD(&leg->inbox, frame_list))) {
			leg->queued--;
			if (frame->frametype == AST_FRAME_CONTROL && frame->subclass.integer == AST_CONTROL_BUSY) {
				ast_channel_hangupcause_set(chan, AST_CAUSE_USER_BUSY);
			}
			return frame;
		}
		if (leg->ended) {
			ast_channel_hangupcause_set(chan, leg->cause);
			return NULL;
		}
	}
	if (read(leg->clock, &ticks, sizeof(ticks)) == sizeof(ticks) && !leg->ended && !leg->peer) {
		if (leg->talking) {
			return tone_frame(leg);
		}
		leg_talk(leg); /* the simulated person picks up */
		leg_control(leg, AST_CONTROL_ANSWER, NULL, 0);
	}
	return &ast_null_frame;
}

/* Sound for another leg, in that leg's codec. */
static void leg_sound(struct leg *to, const struct ast_frame *frame)
{
	struct ast_frame copy = *frame;
	unsigned char bytes[2000];
	const unsigned char *in = frame->data.ptr;
	int i;

	if (!to->talking) {
		return;
	}
	if (ast_format_cmp(frame->subclass.format, to->format) == AST_FORMAT_CMP_EQUAL) {
		leg_post(to, frame);
		return;
	}
	if ((size_t) frame->datalen > sizeof(bytes)) {
		return;
	}
	for (i = 0; i < frame->datalen; i++) {
		bytes[i] = to->format == ast_format_alaw ? AST_LIN2A(AST_MULAW(in[i])) : AST_LIN2MU(AST_ALAW(in[i]));
	}
	copy.data.ptr = bytes;
	copy.offset = 0;
	copy.subclass.format = to->format;
	leg_post(to, &copy);
}

static int skype_write(struct ast_channel *chan, struct ast_frame *frame)
{
	struct leg *leg = ast_channel_tech_pvt(chan);
	SFA_LOCKED;

	if (!leg || frame->frametype != AST_FRAME_VOICE || !leg->talking) {
		return 0;
	}
	if (leg->peer) {
		leg_sound(leg->peer, frame);
	} else if (leg->other->habit == HABIT_ECHO) {
		leg_sound(leg, frame);
	}
	return 0;
}

static void digit(struct leg *leg, enum ast_frame_type type, char digit, unsigned int duration)
{
	struct ast_frame frame = { .frametype = type, .subclass.integer = digit, .len = duration, .src = "Skype" };

	if (leg->peer) {
		leg_post(leg->peer, &frame);
	} else if (leg->other->habit == HABIT_ECHO) {
		leg_post(leg, &frame);
	}
}

static int skype_digit_begin(struct ast_channel *chan, char c)
{
	SFA_LOCKED;

	digit(ast_channel_tech_pvt(chan), AST_FRAME_DTMF_BEGIN, c, 0);
	return 0;
}

static int skype_digit_end(struct ast_channel *chan, char c, unsigned int duration)
{
	SFA_LOCKED;

	digit(ast_channel_tech_pvt(chan), AST_FRAME_DTMF_END, c, duration);
	return 0;
}

static int skype_indicate(struct ast_channel *chan, int condition, const void *data, size_t len)
{
	struct leg *leg = ast_channel_tech_pvt(chan);
	char interpret[MAX_MUSICCLASS];

	if (!leg) {
		return -1;
	}
	switch (condition) {
	case AST_CONTROL_HOLD: /* mohinterpret (manual 3.1) */
		ast_copy_string(interpret, leg->account->config->mohinterpret, sizeof(interpret));
		if (strcasecmp(interpret, "passthrough")) {
			ast_moh_start(chan, data, interpret);
			return 0;
		}
		break;
	case AST_CONTROL_UNHOLD:
		if (strcasecmp(leg->account->config->mohinterpret, "passthrough")) {
			ast_moh_stop(chan);
			return 0;
		}
		break;
	case AST_CONTROL_RINGING:
	case AST_CONTROL_PROGRESS:
	case AST_CONTROL_PROCEEDING:
		break;
	case AST_CONTROL_BUSY:
	case AST_CONTROL_CONGESTION:
		if (leg->incoming && !leg->talking) { /* the caller hears it and gives up */
			SFA_LOCKED;
			if (leg->peer) {
				leg_control(leg->peer, condition, NULL, 0);
			}
			leg_end(leg, condition == AST_CONTROL_BUSY ? AST_CAUSE_USER_BUSY : AST_CAUSE_CONGESTION);
			return 0;
		}
		return -1;
	case AST_CONTROL_SRCUPDATE:
	case AST_CONTROL_SRCCHANGE:
	case AST_CONTROL_CONNECTED_LINE:
	case AST_CONTROL_REDIRECTING:
	case AST_CONTROL_PVT_CAUSE_CODE:
	case AST_CONTROL_MASQUERADE_NOTIFY:
	case AST_CONTROL_VIDUPDATE:
		return 0;
	default: /* also -1: Asterisk stops its own tones */
		return -1;
	}
	{
		SFA_LOCKED;
		const char *suggest = leg->account->config->mohsuggest;

		if (!leg->peer) {
			return 0;
		}
		if (condition == AST_CONTROL_HOLD && len == 0 && !ast_strlen_zero(suggest)) {
			leg_control(leg->peer, condition, suggest, strlen(suggest) + 1);
		} else {
			leg_control(leg->peer, condition, data, len);
		}
	}
	return 0;
}

/* Legs do not point to their channel, so a masquerade changes nothing here. */
static int skype_fixup(struct ast_channel *old_chan, struct ast_channel *new_chan)
{
	return 0;
}

/*
 * The call moves away from this channel (manual 3.2.2.1). Gives the leg that the caller of this
 * function has to ring, unlocked.
 */
static const char *leg_transfer(struct leg *leg, const char *destination, const char *topic, struct leg **ring)
{
	static const int success = AST_TRANSFER_SUCCESS;
	struct leg *peer = leg->peer;
	struct person *to = person_get(destination);
	char forwarded_by[NAME_SIZE];
	int cause = 0;

	*ring = NULL;
	ast_copy_string(forwarded_by, leg->account->self->name, sizeof(forwarded_by));
	if (!leg->incoming) {
		return "Only an incoming call can be transferred";
	}
	if (leg->ended) {
		return "The call has ended";
	}
	if (!to || to == leg->account->self || to == leg->other) {
		return "Not a Skype name or number to which the call can go";
	}
	if (to->account && account_blocks(to->account, leg->other)) {
		return "The destination does not take the call";
	}
	if (to->account && !(*ring = leg_new(to->account, leg->other, 1, NULL, &cause))) {
		return "The destination cannot be called";
	}
	/* The caller is connected anew, to another leg or to a simulated person. */
	if (peer) {
		leg->peer = NULL;
		peer->peer = NULL;
		peer->other = to;
		if (*ring) {
			(*ring)->peer = peer;
			peer->peer = *ring;
		} else if (name_is_number(to->name) || strncmp(to->presence, "Offline", 7)) {
			leg_clock(peer, answer_delay_ms, 20);
			if (peer->talking) {
				leg_talk(peer);
			}
		} else {
			leg_end(peer, AST_CAUSE_SUBSCRIBER_ABSENT);
		}
	}
	if (*ring) {
		copy_text(&(*ring)->topic, S_OR(topic, leg->topic));
		copy_text(&(*ring)->token, leg->token);
		ast_copy_string((*ring)->forwarded_by, forwarded_by, sizeof((*ring)->forwarded_by));
		ast_copy_string((*ring)->target_identity, leg->target_identity, sizeof((*ring)->target_identity));
	} else if (peer) {
		copy_text(&peer->topic, topic);
	}
	leg_control(leg, AST_CONTROL_TRANSFER, &success, sizeof(success));
	leg_end(leg, AST_CAUSE_NORMAL_CLEARING);
	return NULL;
}

/* Called with the channel locked. */
static const char *transfer_locked(struct ast_channel *chan, const char *destination, const char *topic)
{
	struct leg *leg, *ring = NULL;
	const char *why = NULL;

	if (ast_channel_tech(chan) != &skype_tech || !(leg = ast_channel_tech_pvt(chan))) {
		return "Not a Skype channel";
	}
	{
		SFA_LOCKED;
		why = leg_transfer(leg, destination, topic, &ring);
	}
	if (ring) {
		ast_channel_unlock(chan);
		if (ring_account(ring, NULL, 0)) {
			why = "The destination cannot be called";
		}
		ast_channel_lock(chan);
	}
	return why;
}

static int skype_transfer(struct ast_channel *chan, const char *destination)
{
	const char *why = transfer_locked(chan, destination, NULL);

	if (why) {
		ast_log(LOG_WARNING, "Transfer of %s to '%s': %s\n", ast_channel_name(chan), destination, why);
		return -1;
	}
	return 0;
}

const char *call_transfer(struct ast_channel *chan, const char *destination, const char *topic)
{
	const char *why;

	ast_channel_lock(chan);
	why = transfer_locked(chan, destination, topic);
	ast_channel_unlock(chan);
	return why;
}

/* ---- properties of calls (manual 3.3.1, 3.3.3) ---- */

/* "The caller": the far end of an incoming call, our own user in an outgoing one. */
static int leg_read(const struct leg *leg, const char *name, int channel_function, struct ast_str **buf, ssize_t len)
{
	const struct person *caller = leg->incoming ? leg->other : leg->account->self;
	const char *value = NULL;
	int i;

	if (!strcasecmp(name, "topic")) {
		value = S_OR(leg->topic, "");
	} else if (!strcasecmp(name, "token")) {
		value = S_OR(leg->token, "");
	} else if (!channel_function && !strcasecmp(name, "forwarded_by")) {
		value = leg->forwarded_by;
	} else if (!channel_function && !strcasecmp(name, "target_identity")) {
		value = leg->target_identity;
	} else if (!channel_function && !strcasecmp(name, "skypename")) {
		value = name_is_number(caller->name) ? "" : caller->name;
	}
	for (i = 0; !value && i < PROP_COUNT; i++) {
		if (channel_function ? properties[i].channel && !strcasecmp(properties[i].channel, name)
			: properties[i].on_call && !strcasecmp(properties[i].name, name)) {
			value = person_property(caller, i);
		}
	}
	if (!value) {
		return -1;
	}
	ast_str_set(buf, len, "%s", value);
	return 0;
}

int call_read(struct ast_channel *chan, const char *name, int channel_function, struct ast_str **buf, ssize_t len)
{
	struct ast_channel *bridged = NULL;
	struct next_call *next;
	struct leg *leg;
	int result = -1;

	ast_channel_lock(chan);
	if (ast_channel_tech(chan) == &skype_tech) {
		if ((leg = ast_channel_tech_pvt(chan))) {
			SFA_LOCKED;
			result = leg_read(leg, name, channel_function, buf, len);
		}
	} else if ((next = next_call_of(chan, 0)) && (!strcasecmp(name, "topic") || !strcasecmp(name, "token"))) {
		ast_str_set(buf, len, "%s", S_OR(tolower((unsigned char) name[1]) == 'o' && tolower((unsigned char) name[2]) == 'p'
			? next->topic : next->token, ""));
		result = 0;
	} else {
		bridged = ast_channel_bridge_peer(chan);
	}
	ast_channel_unlock(chan);
	/* On another technology's channel: the Skype call with which it is bridged. */
	if (bridged) {
		ast_channel_lock(bridged);
		if (ast_channel_tech(bridged) == &skype_tech && (leg = ast_channel_tech_pvt(bridged))) {
			SFA_LOCKED;
			result = leg_read(leg, name, channel_function, buf, len);
		}
		ast_channel_unlock(bridged);
		ast_channel_unref(bridged);
	}
	return result;
}

int call_write(struct ast_channel *chan, const char *name, const char *value)
{
	int topic = !strcasecmp(name, "topic");
	struct next_call *next;
	struct leg *leg;
	char **text = NULL;
	SCOPED_CHANNELLOCK(chan_locked, chan);
	SFA_LOCKED;

	if ((!topic && strcasecmp(name, "token")) || !ast_utf8_is_valid(value)) {
		return -1;
	}
	if (ast_channel_tech(chan) == &skype_tech) {
		if ((leg = ast_channel_tech_pvt(chan))) {
			text = topic ? &leg->topic : &leg->token;
		}
	} else if ((next = next_call_of(chan, 1))) {
		text = topic ? &next->topic : &next->token;
	}
	if (!text) {
		return -1;
	}
	ast_free(*text);
	*text = ast_strdup(value);
	return 0;
}

int call_account(struct ast_channel *chan, char *name, size_t len)
{
	struct leg *leg = NULL;
	SCOPED_CHANNELLOCK(chan_locked, chan);

	if (ast_channel_tech(chan) == &skype_tech && (leg = ast_channel_tech_pvt(chan))) {
		ast_copy_string(name, leg->account->self->name, len);
	}
	return leg ? 0 : -1;
}

/* CHANNEL(skype_...) */
static int skype_channel_read(struct ast_channel *chan, const char *function, char *data, char *buf, size_t len)
{
	struct ast_str *text;
	int result = -1;

	if (!strncasecmp(data, "skype_", 6) && (text = ast_str_create(256))) {
		if (!(result = call_read(chan, data + 6, 1, &text, 0))) {
			ast_copy_string(buf, ast_str_buffer(text), len);
		}
		ast_free(text);
	}
	return result;
}

/* ---- what the laboratory drives ---- */

const char *call_from_outside(const char *from, const char *to, const char *target_identity, char *channel, size_t len)
{
	struct account *account;
	struct person *person;
	struct leg *leg;
	int cause;

	{
		SFA_LOCKED;
		if (!(account = account_find(to))) {
			return "No such Skype user on this PBX";
		}
		if (!(person = person_get(from)) || person->account) {
			return "The caller must be somebody outside";
		}
		if (account_blocks(account, person)) {
			return "The caller is blocked";
		}
		if (!(leg = leg_new(account, person, 1, NULL, &cause))) {
			return "The call is refused; the log says why";
		}
		ast_copy_string(leg->target_identity, S_OR(target_identity, ""), sizeof(leg->target_identity));
		sfa_debug(account, "%s calls %s", person->name, account->self->name);
	}
	return ring_account(leg, channel, len) ? "There is nobody to take the call; the log says why" : NULL;
}

static struct leg *leg_by_channel(const char *channel)
{
	struct leg *leg;

	AST_LIST_TRAVERSE(&legs, leg, entry) {
		if (!strcasecmp(leg->channel, channel)) {
			break;
		}
	}
	return leg;
}

const char *far_end_hangup(const char *channel)
{
	struct leg *leg;
	SFA_LOCKED;

	if (!strcasecmp(channel, "all")) {
		calls_end(NULL);
	} else if ((leg = leg_by_channel(channel))) {
		leg_end(leg, AST_CAUSE_NORMAL_CLEARING);
	} else {
		return "No Skype call has this channel";
	}
	return NULL;
}

const char *far_end_digits(const char *channel, const char *digits)
{
	struct leg *leg;
	SFA_LOCKED;

	if (!(leg = leg_by_channel(channel))) {
		return "No Skype call has this channel";
	}
	if (digits[strspn(digits, "0123456789*#ABCD")]) {
		return "Digits are 0 to 9, *, #, A to D";
	}
	for (; *digits; digits++) {
		struct ast_frame frame = { .frametype = AST_FRAME_DTMF_BEGIN, .subclass.integer = *digits, .src = "Skype" };

		leg_post(leg, &frame);
		frame.frametype = AST_FRAME_DTMF_END;
		frame.len = 100;
		leg_post(leg, &frame);
	}
	return NULL;
}

const char *far_end_hold(const char *channel, int hold)
{
	struct leg *leg;
	const char *suggest;
	SFA_LOCKED;

	if (!(leg = leg_by_channel(channel))) {
		return "No Skype call has this channel";
	}
	suggest = leg->account->config->mohsuggest;
	if (hold) {
		leg_control(leg, AST_CONTROL_HOLD, suggest, ast_strlen_zero(suggest) ? 0 : strlen(suggest) + 1);
	} else {
		leg_control(leg, AST_CONTROL_UNHOLD, NULL, 0);
	}
	return NULL;
}

/* ---- registration ---- */

static struct ast_channel_tech skype_tech = {
	.type = "Skype",
	.description = "Skype (stand-in with a simulated community)",
	.requester = skype_request,
	.call = skype_call,
	.hangup = skype_hangup,
	.answer = skype_answer,
	.read = skype_read,
	.write = skype_write,
	.send_digit_begin = skype_digit_begin,
	.send_digit_end = skype_digit_end,
	.indicate = skype_indicate,
	.fixup = skype_fixup,
	.transfer = skype_transfer,
	.func_channel_read = skype_channel_read,
};

int channel_register(void)
{
	int i;

	for (i = 0; i < TONE_PERIOD; i++) {
		tone_samples[i] = (short) (8000 * sin(2 * M_PI * 440 * i / 8000));
	}
	if (!(skype_tech.capabilities = ast_format_cap_alloc(AST_FORMAT_CAP_FLAG_DEFAULT))) {
		return -1;
	}
	ast_format_cap_append(skype_tech.capabilities, ast_format_ulaw, 0);
	ast_format_cap_append(skype_tech.capabilities, ast_format_alaw, 0);
	if (ast_channel_register(&skype_tech)) {
		ao2_cleanup(skype_tech.capabilities);
		skype_tech.capabilities = NULL;
		return -1;
	}
	return 0;
}

void channel_unregister(void)
{
	ast_channel_unregister(&skype_tech);
	ao2_cleanup(skype_tech.capabilities);
	skype_tech.capabilities = NULL;
}
