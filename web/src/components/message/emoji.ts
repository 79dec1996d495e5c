/** The emoji that you can pick: the character, then English keywords for the search. */
const FACES = `😀 grin happy|😃 smile happy|😄 laugh smile|😁 beam|😆 laugh|😅 sweat relief|🤣 rolling laugh|😂 joy tears laugh|🙂 slight smile|🙃 upside down|😉 wink|😊 blush|😇 angel halo|🥰 love hearts|😍 heart eyes|🤩 star eyes|😘 kiss|😋 yum tasty|😜 tongue wink|🤪 zany|🤗 hug|🤭 giggle|🤫 quiet|🤔 think|🫡 salute|🤐 zip|😐 neutral|😶 speechless|😏 smirk|🙄 eye roll|😬 grimace|😌 relieved|😔 pensive sad|😴 sleep|😷 mask sick|🤒 fever sick|🤕 hurt|🤢 nausea|🥵 hot|🥶 cold|😵 dizzy|🤯 mind blown|🤠 cowboy|🥳 party|😎 cool sunglasses|🤓 nerd|😕 confused|😟 worried|😮 wow open mouth|😳 flushed|🥺 please puppy|😢 cry sad|😭 sob cry|😱 scream|😤 huff|😡 angry|🤬 swear|😈 devil|💀 skull|💩 poop|🤡 clown|👻 ghost|👽 alien|🤖 robot|😺 cat smile|🙈 monkey see|🙉 monkey hear|🙊 monkey speak`
const GESTURES = `👍 thumbs up yes like|👎 thumbs down no|👌 ok|✌️ peace|🤞 fingers crossed luck|🤟 love you|🤘 rock|🤙 call|👈 left|👉 right|👆 up|👇 down|☝️ point|👋 wave hello bye|🤚 back hand|✋ stop hand|🖖 vulcan|👏 clap|🙌 raise hooray|🫶 heart hands|👐 open|🤲 palms|🙏 pray thanks please|🤝 handshake deal|💪 strong muscle|✍️ write|💅 nails|👀 eyes look|🧠 brain|👂 ear|👃 nose|👄 mouth|🙋 raise hand|🤷 shrug|🤦 facepalm|🙇 bow|💁 tip|🏃 run|💃 dance|🕺 dance`
const HEARTS = `❤️ red heart love|🧡 orange heart|💛 yellow heart|💚 green heart|💙 blue heart|💜 purple heart|🖤 black heart|🤍 white heart|🤎 brown heart|💔 broken heart|💕 two hearts|💖 sparkle heart|💘 arrow heart|💯 hundred|💢 anger|💥 boom|💫 dizzy|💦 drops|💨 dash|🔥 fire hot|✨ sparkles|⭐ star|🌟 glowing star|🎉 party tada celebrate|🎊 confetti|🎈 balloon|🎁 gift present|🏆 trophy win|🥇 first medal|✅ check done|❌ cross no|❓ question|❗ exclamation|⚠️ warning|🚫 forbidden|♻️ recycle|🆗 ok|🆕 new|🔔 bell`
const NATURE = `🐶 dog|🐱 cat|🐭 mouse|🐹 hamster|🐰 rabbit|🦊 fox|🐻 bear|🐼 panda|🐨 koala|🐯 tiger|🦁 lion|🐮 cow|🐷 pig|🐸 frog|🐵 monkey|🐔 chicken|🐧 penguin|🐦 bird|🦉 owl|🦄 unicorn|🐝 bee|🦋 butterfly|🐢 turtle|🐙 octopus|🐬 dolphin|🐳 whale|🌸 blossom flower|🌹 rose|🌻 sunflower|🌱 seedling|🌲 tree|🌵 cactus|🍀 clover luck|🍁 maple|🍄 mushroom|🌍 earth|🌙 moon|☀️ sun|⛅ cloud|🌧️ rain|⛄ snowman|❄️ snow|🌈 rainbow|🌊 wave sea|⚡ lightning`
const FOOD = `🍎 apple|🍊 orange|🍋 lemon|🍌 banana|🍉 watermelon|🍇 grapes|🍓 strawberry|🍑 peach|🍍 pineapple|🥑 avocado|🍅 tomato|🥕 carrot|🌽 corn|🥐 croissant|🍞 bread|🧀 cheese|🥚 egg|🍳 cooking|🥞 pancakes|🍔 burger|🍟 fries|🍕 pizza|🌮 taco|🥗 salad|🍝 pasta|🍜 noodles ramen|🍣 sushi|🍱 bento|🥟 dumpling|🍙 rice ball|🍚 rice|🍛 curry|🍰 cake|🎂 birthday|🍪 cookie|🍫 chocolate|🍿 popcorn|🍦 ice cream|☕ coffee|🍵 tea|🧋 bubble tea|🍺 beer|🍷 wine|🥂 cheers`
const THINGS = `⚽ soccer ball|🏀 basketball|🎾 tennis|🎮 game|🎲 dice|🎵 music note|🎶 music|🎸 guitar|🎹 piano|🎨 art|🎬 movie|📷 camera|📱 phone|💻 laptop|⌨️ keyboard|🖨️ printer|💡 idea bulb|🔦 torch|📚 books|📖 book|✏️ pencil|📝 memo note|📌 pin|📎 clip|✂️ scissors|🔑 key|🔒 lock|🔨 hammer|🧰 toolbox|💊 pill|🧪 test|🔭 telescope|🚗 car|🚌 bus|🚲 bike|✈️ plane|🚀 rocket|🚢 ship|🚉 station train|🏠 house home|🏫 school|🏥 hospital|⏰ alarm clock|⏳ hourglass wait|📅 calendar|💰 money|💳 card|✉️ mail|📦 package|🛒 cart shopping|🗑️ trash|🏳️‍🌈 pride flag|🏁 finish`

export interface Emoji {
  character: string
  keywords: string
}

function read(list: string): Emoji[] {
  return list.split('|').map((it) => {
    const [character = '', ...keywords] = it.split(' ')
    return { character, keywords: keywords.join(' ') }
  })
}

export const GROUPS = [
  { key: 'faces', emoji: read(FACES) },
  { key: 'gestures', emoji: read(GESTURES) },
  { key: 'hearts', emoji: read(HEARTS) },
  { key: 'nature', emoji: read(NATURE) },
  { key: 'food', emoji: read(FOOD) },
  { key: 'things', emoji: read(THINGS) },
] as const
