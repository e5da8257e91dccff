"""Walks through the simulated PBX with Debian's panoramisk and prints what it saw as one line of JSON."""
import asyncio
import json
import sys

from panoramisk import Manager


async def main(host, port, username, secret):
    loop = asyncio.get_running_loop()
    manager = Manager(loop=loop, host=host, port=port, username=username, secret=secret)
    chats = asyncio.Queue()
    manager.register_event('SkypeChatMessage', lambda _, event: chats.put_nowait(event))
    await manager.connect()
    while not manager.authenticated:
        await asyncio.sleep(0.01)
    seen = {}
    answer = await manager.send_action(
        {'Action': 'SkypeAccountProperty', 'User': 'james_bond', 'Variable': 'mood_text=Shaken'})
    seen['set'] = [answer.response, answer.message]
    answer = await manager.send_action({'Action': 'SkypeBuddies', 'User': 'blofeld'})
    seen['unknown'] = answer.response
    answers = await manager.send_action({'Action': 'SkypeBuddies', 'User': 'james_bond'}, as_list=True)
    seen['buddies'] = [entry['Buddy'] for entry in answers if entry.event == 'SkypeBuddyEntry']
    await manager.send_action({
        'Action': 'SkypeChatSend', 'User': 'james_bond', 'Skypename': 'austin_powers', 'Message': 'Hello'})
    event = await chats.get()
    seen['echo'] = [event['To'], event['From'], event['Message']]
    print(json.dumps(seen), flush=True)
    manager.close()


asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]))
