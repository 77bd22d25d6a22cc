// Words for RandomPet: short, friendly, easy to say on the phone. The lists are our own, so the names differ from those of
// the official provider; both are random, so nothing can depend on one.

export const ADVERBS = (
  "ably barely boldly bravely briefly brightly calmly clearly closely coldly daily dearly deeply duly early easily " +
  "evenly fairly firmly fondly freely gently gladly greatly hardly highly justly kindly lately lightly loudly mainly " +
  "merely mildly mostly nearly neatly newly nicely openly partly plainly poorly purely quickly quietly rarely really " +
  "richly safely simply slowly softly solely surely truly vastly warmly widely wisely"
).split(" ");

export const ADJECTIVES = (
  "able agile amber ample bold brave bright brisk calm clear clever cosy crisp curious eager early fair famous fine firm " +
  "fond free fresh gentle glad golden good grand happy honest humble jolly keen kind large light lively loyal lucky " +
  "mellow mild modest neat new noble patient plain polite proud quick quiet rapid ready rich royal sharp silver smart " +
  "steady sunny tidy warm wise"
).split(" ");

export const NAMES = (
  "ant ape badger bat bear beaver bee bison boar buck camel carp cat cod crab crane crow deer dingo dog dove duck eagle " +
  "eel egret elk emu falcon ferret finch fox frog gnu goat goose gull hare hawk heron horse ibex jay koala lark lemur " +
  "lion lynx mole moose moth mouse newt otter owl panda pony puffin quail rabbit ram raven robin seal shrew swan tiger " +
  "toad trout wasp whale wolf wren yak zebra"
).split(" ");
