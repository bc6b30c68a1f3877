;; What the search in large texts does with every byte, sixteen bytes at a time: the runs that may hold something
;; (`runs.ts` says what a run is), and the places where a word may stand (`words.ts`). It decides nothing: what is
;; left out here can be no hit, and what is told is looked at by those modules. `kernel.ts` fills the tables and
;; calls it; `npm run gen` makes `kernel-code.ts` of it.
;;
;; Memory, in bytes:
;;       0  class[256]     what a byte is, in the bits of `runs.ts`: 1 member, 2 sign, 4, 8 and 16 kinds
;;     256  around[256]    what a byte before a run is: 1 skipped before a sign; 2 sign; 4 blank; 8 last letter of a
;;                         scheme; 16 last letter of a quote that is written out; 32 skipped where there is no sign;
;;                         64 digit
;;     512  member[2][16]  by low and by high half of a byte; a member has a bit in common
;;     544  word[6][16]    the same for the three bytes of a word: low, high, low, high, low, high
;;    1024  words[8192]    1 where three bytes with this hash belong to a word
;;    9216  triples[8192]  the same for anchors
;;   20480  pairs[16384]   where two bytes, of seven bits each, belong to an anchor: 1 when that is all there is of
;;                         it, 2 when the byte behind makes three bytes of it, 4 when the one before does
;;   40960  told[24576]    what is found
;;   65536  endings[32768]  by five bits each of three letters: 1 a secret's name ends in them, 2 what joins one does
;;  131072  the text, and at least 32 zero bytes behind it
(module
  (memory (export "memory") 3)
  ;; Where to go on when `told` was full; past the end of the text when all is told.
  (global $next (export "next") (mut i32) (i32.const 0))

  ;; Whether a name with a sign, or a blank behind a scheme, may stand before the run that begins at `start`.
  (func $named (param $start i32) (result i32)
    (local $at i32)
    (local $least i32)
    (local $kind i32)
    (local.set $at (i32.sub (local.get $start) (i32.const 1)))
    (local.set $least (i32.sub (local.get $start) (i32.const 18)))
    (if (i32.lt_u (local.get $least) (i32.const 131072)) (then (local.set $least (i32.const 131072))))
    (block $stop
      (loop $back
        (br_if $stop (i32.lt_u (local.get $at) (local.get $least)))
        (local.set $kind (i32.load8_u offset=256 (i32.load8_u (local.get $at))))
        (if (i32.and (local.get $kind) (i32.const 1))
          (then
            (local.set $at (i32.sub (local.get $at) (i32.const 1)))
            (br $back)))
        (if (i32.and (local.get $kind) (i32.const 2)) (then (return (i32.const 1))))
        ;; Such as `&quot;` or `\u0022`; whether it is one is not asked here.
        (if (i32.and (local.get $kind) (i32.const 16))
          (then
            (local.set $at (i32.sub (local.get $at) (i32.const 5)))
            (br $back)))))
    (if (i32.lt_u (local.get $start) (i32.const 131074)) (then (return (i32.const 0))))
    (i32.and
      (i32.shr_u (i32.load8_u offset=256 (i32.load8_u (i32.sub (local.get $start) (i32.const 1)))) (i32.const 2))
      (i32.shr_u (i32.load8_u offset=256 (i32.load8_u (i32.sub (local.get $start) (i32.const 2)))) (i32.const 3))))

  ;; The first byte of what is skipped before `end` where there is no sign, but not before `least`.
  (func $gap (param $end i32) (param $least i32) (result i32)
    (block $stop
      (loop $back
        (br_if $stop (i32.le_u (local.get $end) (local.get $least)))
        (br_if $stop
          (i32.eqz
            (i32.and
              (i32.load8_u offset=256 (i32.load8_u (i32.sub (local.get $end) (i32.const 1))))
              (i32.const 32))))
        (local.set $end (i32.sub (local.get $end) (i32.const 1)))
        (br $back)))
    (local.get $end))

  ;; What the last three letters of the word that ends here tell; up to three digits may follow them.
  (func $ending (param $end i32) (result i32)
    (local $least i32)
    (local.set $least (i32.sub (local.get $end) (i32.const 3)))
    (block $stop
      (loop $back
        (br_if $stop (i32.le_u (local.get $end) (local.get $least)))
        (br_if $stop
          (i32.eqz
            (i32.and
              (i32.load8_u offset=256 (i32.load8_u (i32.sub (local.get $end) (i32.const 1))))
              (i32.const 64))))
        (local.set $end (i32.sub (local.get $end) (i32.const 1)))
        (br $back)))
    (local.set $end (i32.sub (local.get $end) (i32.const 3)))
    (i32.load8_u offset=65536
      (i32.or
        (i32.or
          (i32.shl (i32.and (i32.load8_u (local.get $end)) (i32.const 31)) (i32.const 10))
          (i32.shl (i32.and (i32.load8_u offset=1 (local.get $end)) (i32.const 31)) (i32.const 5)))
        (i32.and (i32.load8_u offset=2 (local.get $end)) (i32.const 31)))))

  ;; Whether the word before the run that begins at `start` may be a secret's name without a sign, or what joins one.
  (func $apart (param $start i32) (result i32)
    (local $end i32)
    (local $least i32)
    (local $told i32)
    (local.set $least (i32.sub (local.get $start) (i32.const 48)))
    (if (i32.lt_u (local.get $least) (i32.const 131072)) (then (local.set $least (i32.const 131072))))
    (local.set $end (call $gap (local.get $start) (local.get $least)))
    (if (i32.eq (local.get $end) (local.get $start)) (then (return (i32.const 0))))
    (if (i32.le_u (local.get $end) (local.get $least)) (then (return (i32.const 0))))
    (local.set $told (call $ending (local.get $end)))
    (if (i32.and (local.get $told) (i32.const 1)) (then (return (i32.const 1))))
    (if (i32.eqz (local.get $told)) (then (return (i32.const 0))))
    ;; What joins is shorter than seven letters, and a blank stands before it.
    (local.set $told (i32.sub (local.get $end) (i32.const 7)))
    (block $stop
      (loop $back
        (br_if $stop (i32.le_u (local.get $end) (local.get $told)))
        (br_if $stop (i32.eq (i32.load8_u (i32.sub (local.get $end) (i32.const 1))) (i32.const 32)))
        (local.set $end (i32.sub (local.get $end) (i32.const 1)))
        (br $back)))
    (i32.and (call $ending (call $gap (local.get $end) (local.get $least))) (i32.const 1)))

  ;; Three bytes as one number below the size of the tables of them.
  (func $hash (param $at i32) (result i32)
    (i32.and
      (i32.xor
        (i32.xor
          (i32.shl (i32.load8_u (local.get $at)) (i32.const 8))
          (i32.shl (i32.load8_u offset=1 (local.get $at)) (i32.const 4)))
        (i32.load8_u offset=2 (local.get $at)))
      (i32.const 8191)))

  ;; Whether a pair whose second byte is at `at` belongs to an anchor by the byte next to it too.
  (func $anchored (param $at i32) (param $pair i32) (result i32)
    (i32.or
      (i32.and (local.get $pair) (i32.const 1))
      (i32.or
        (i32.and
          (i32.shr_u (local.get $pair) (i32.const 1))
          (i32.load8_u offset=9216 (call $hash (i32.sub (local.get $at) (i32.const 1)))))
        (i32.and
          (i32.shr_u (local.get $pair) (i32.const 2))
          (i32.load8_u offset=9216 (call $hash (i32.sub (local.get $at) (i32.const 2))))))))

  ;; Bits of all bytes of a run together, and 32 where two neighbours belong to an anchor. 0 when it can hold nothing.
  (func $judge (param $start i32) (param $end i32) (result i32)
    (local $at i32)
    (local $byte i32)
    (local $seen i32)
    (local $pair i32)
    (local $hit i32)
    (local $kinds i32)
    (local.set $at (local.get $start))
    ;; The byte before a run is no part of its first pair.
    (local.set $byte (i32.load8_u (local.get $at)))
    (local.set $seen (i32.load8_u (local.get $byte)))
    (loop $each
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (if (i32.lt_u (local.get $at) (local.get $end))
        (then
          ;; Members of runs have seven bits.
          (local.set $pair
            (i32.load8_u offset=20480
              (i32.or
                (i32.shl (local.get $byte) (i32.const 7))
                (local.tee $byte (i32.load8_u (local.get $at))))))
          (if (local.get $pair)
            (then (local.set $hit (i32.or (local.get $hit) (call $anchored (local.get $at) (local.get $pair))))))
          (local.set $seen (i32.or (local.get $seen) (i32.load8_u (local.get $byte))))
          (br $each))))
    (local.set $kinds (i32.and (local.get $seen) (i32.const 28)))
    (if (i32.and (local.get $kinds) (i32.sub (local.get $kinds) (i32.const 1)))
      (then
        (if (local.get $hit) (then (return (i32.or (local.get $seen) (i32.const 32)))))
        (if (call $named (local.get $start)) (then (return (local.get $seen))))
        (if (i32.and (local.get $seen) (i32.const 16))
          (then (if (call $apart (local.get $start)) (then (return (local.get $seen))))))))
    (select (local.get $seen) (i32.const 0) (i32.and (local.get $seen) (i32.const 2))))

  ;; Tells runs of at least 13 bytes that begin at `from` or behind: start, end and bits of each, as 32-bit numbers.
  ;; `from` must be no part of a run that begins before it. Returns how many.
  (func (export "runs") (param $from i32) (param $end i32) (result i32)
    (local $at i32)     ;; of the block looked at
    (local $mask i32)   ;; a bit for each byte of it that is a member
    (local $start i32)  ;; of the run that goes on, or that begins here
    (local $open i32)   ;; whether a run goes on from the block before
    (local $bit i32)
    (local $bits i32)
    (local $told i32)
    (local $low v128)
    (local $high v128)
    (local $text v128)
    (local.set $low (v128.load (i32.const 512)))
    (local.set $high (v128.load (i32.const 528)))
    (local.set $told (i32.const 40960))
    (local.set $at (local.get $from))
    (block $full
      (loop $block
        (local.set $text (v128.load (local.get $at)))
        (local.set $mask
          (i32.xor
            (i32.const 65535)
            (i8x16.bitmask
              (i8x16.eq
                (v128.and
                  (i8x16.swizzle (local.get $low) (v128.and (local.get $text) (v128.const i32x4 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f)))
                  (i8x16.swizzle (local.get $high) (i8x16.shr_u (local.get $text) (i32.const 4))))
                (v128.const i32x4 0 0 0 0)))))
        (if (i32.ne (local.get $mask) (select (i32.const 65535) (i32.const 0) (local.get $open)))
          (then
            (local.set $bit (i32.const 0))
            (loop $runs
              (if (local.get $open)
                (then
                  ;; The run ends at the next byte that is no member, if there is one in this block.
                  (local.set $bit
                    (i32.ctz
                      (i32.and
                        (i32.xor (local.get $mask) (i32.const -1))
                        (i32.shl (i32.const -1) (local.get $bit)))))
                  (if (i32.lt_u (local.get $bit) (i32.const 16))
                    (then
                      (local.set $open (i32.const 0))
                      (if (i32.ge_u (i32.sub (i32.add (local.get $at) (local.get $bit)) (local.get $start)) (i32.const 13))
                        (then
                          (local.set $bits (call $judge (local.get $start) (i32.add (local.get $at) (local.get $bit))))
                          (if (local.get $bits)
                            (then
                              (i32.store (local.get $told) (local.get $start))
                              (i32.store offset=4 (local.get $told) (i32.add (local.get $at) (local.get $bit)))
                              (i32.store offset=8 (local.get $told) (local.get $bits))
                              (local.set $told (i32.add (local.get $told) (i32.const 12)))
                              (if (i32.gt_u (local.get $told) (i32.const 65524))
                                (then
                                  (local.set $at (i32.add (local.get $at) (local.get $bit)))
                                  (br $full)))))))
                      (br $runs))))
                (else
                  (local.set $bit
                    (i32.ctz (i32.and (local.get $mask) (i32.shl (i32.const -1) (local.get $bit)))))
                  (if (i32.lt_u (local.get $bit) (i32.const 16))
                    (then
                      (local.set $open (i32.const 1))
                      (local.set $start (i32.add (local.get $at) (local.get $bit)))
                      (br $runs))))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        ;; A run that reaches the end is closed by the zeros behind it.
        (br_if $block (i32.or (i32.lt_u (local.get $at) (local.get $end)) (local.get $open)))))
    (global.set $next (local.get $at))
    (i32.div_u (i32.sub (local.get $told) (i32.const 40960)) (i32.const 12)))

  ;; Tells the places of three bytes of words, as 32-bit numbers. Returns how many.
  (func (export "words") (param $from i32) (param $end i32) (result i32)
    (local $at i32)
    (local $found i32)
    (local $place i32)
    (local $told i32)
    (local $low v128)
    (local $first v128)
    (local $second v128)
    (local $third v128)
    (local $all v128)
    (local.set $low (v128.const i32x4 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f))
    (local.set $told (i32.const 40960))
    (local.set $at (local.get $from))
    (block $full
      (loop $block
        (local.set $first (v128.load (local.get $at)))
        (local.set $second (v128.load offset=1 (local.get $at)))
        (local.set $third (v128.load offset=2 (local.get $at)))
        (local.set $all
          (v128.and
            (v128.and
              (v128.and
                (i8x16.swizzle (v128.load (i32.const 544)) (v128.and (local.get $first) (local.get $low)))
                (i8x16.swizzle (v128.load (i32.const 560)) (i8x16.shr_u (local.get $first) (i32.const 4))))
              (v128.and
                (i8x16.swizzle (v128.load (i32.const 576)) (v128.and (local.get $second) (local.get $low)))
                (i8x16.swizzle (v128.load (i32.const 592)) (i8x16.shr_u (local.get $second) (i32.const 4)))))
            (v128.and
              (i8x16.swizzle (v128.load (i32.const 608)) (v128.and (local.get $third) (local.get $low)))
              (i8x16.swizzle (v128.load (i32.const 624)) (i8x16.shr_u (local.get $third) (i32.const 4))))))
        (if (v128.any_true (local.get $all))
          (then
            (local.set $found
              (i32.xor
                (i32.const 65535)
                (i8x16.bitmask (i8x16.eq (local.get $all) (v128.const i32x4 0 0 0 0)))))
            (loop $places
              (local.set $place (i32.add (local.get $at) (i32.ctz (local.get $found))))
              (local.set $found (i32.and (local.get $found) (i32.sub (local.get $found) (i32.const 1))))
              (if (i32.load8_u offset=1024 (call $hash (local.get $place)))
                (then
                  (i32.store (local.get $told) (local.get $place))
                  (local.set $told (i32.add (local.get $told) (i32.const 4)))
                  (if (i32.eq (local.get $told) (i32.const 65536))
                    (then
                      (local.set $at (i32.add (local.get $place) (i32.const 1)))
                      (br $full)))))
              (br_if $places (local.get $found)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $block (i32.lt_u (local.get $at) (local.get $end)))))
    (global.set $next (local.get $at))
    (i32.shr_u (i32.sub (local.get $told) (i32.const 40960)) (i32.const 2))))
