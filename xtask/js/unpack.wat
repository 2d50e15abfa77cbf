;; Makes the engine's module of the text that pack.mjs has made of it: native from its first byte on, where JavaScript that
;; nothing has warmed up would take ten times as long. What is where in the memory, pack.mjs says.
(module
  (memory (export "memory") 1)

  ;; Where the next byte of the module goes.
  (global $end (mut i32) (i32.const 0))

  ;; Where the function that is being written begins, behind its size.
  (global $start (mut i32) (i32.const 0))

  ;; Goes through `tokens`, each of which is written by its template: bytes, and what is taken from the columns.
  (func (export "unpack")
    (param $alphabets i32) (param $out i32) (param $templates i32)
    (param $before i32) (param $tokens i32) (param $after i32)
    (local $column i32) (local $at i32) (local $index i32) (local $item i32)
    (loop $columns
      (call $read_alphabet
        (i32.add (local.get $alphabets) (i32.shl (local.get $column) (i32.const 8)))
        (i32.shl (local.get $column) (i32.const 9)))
      (br_if $columns
        (i32.lt_u (local.tee $column (i32.add (local.get $column) (i32.const 1))) (i32.const 11))))

    ;; The templates, and where each of them begins.
    (global.set $end (local.tee $at (i32.const 0x2000)))
    (local.set $index (i32.const 0x1a00))
    (loop $next_template
      (i32.store16 (local.get $index) (global.get $end))
      (local.set $index (i32.add (local.get $index) (i32.const 2)))
      (loop $items
        (call $put (local.tee $item (call $next (i32.const 9))))
        (br_if $items (i32.ne (local.get $item) (i32.const 0xff))))
      (br_if $next_template
        (local.tee $templates (i32.sub (local.get $templates) (i32.const 1)))))

    (global.set $end (local.get $out))
    (call $copy (local.get $before))
    (loop $next_token
      (local.set $at (i32.load16_u offset=0x1a00 (i32.shl (call $next (i32.const 1)) (i32.const 1))))
      (loop $items
        (local.set $item (i32.load8_u (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (if (i32.or
              (i32.lt_u (local.get $item) (i32.const 0xe0))
              (i32.eq (local.get $item) (i32.const 0xfc)))
          (then
            (call $put (local.get $item))
            (br $items)))
        (if (i32.lt_u (local.get $item) (i32.const 0xfc))
          (then
            (call $operand (local.get $item))
            (br $items)))
        (if (i32.eq (local.get $item) (i32.const 0xfe))
          (then
            (call $begin)
            (br $items))))
      (br_if $next_token
        (local.tee $tokens (i32.sub (local.get $tokens) (i32.const 1)))))
    (call $finish)
    (call $copy (local.get $after)))

  ;; Which characters stand for which values: `kinds` has one of `0`, `1` and `2` for each value, see text.mjs.
  (func $read_alphabet (param $kinds i32) (param $alphabet i32)
    (local $value i32) (local $kind i32) (local $one i32) (local $two i32)
    (local.set $one (i32.const 31))
    (local.set $two (i32.const 159))
    (loop $values
      (local.set $kind (i32.load8_u (i32.add (local.get $kinds) (local.get $value))))
      (if (i32.eq (local.get $kind) (i32.const 0x30))
        (then (call $spell (local.get $alphabet) (local.tee $two (call $following (local.get $two))) (local.get $value))))
      (if (i32.eq (local.get $kind) (i32.const 0x31))
        (then
          (loop $taken
            (br_if $taken
              (i32.eq
                (i32.load8_u (i32.add (local.get $kinds) (local.tee $one (call $following (local.get $one)))))
                (i32.const 0x32))))
          (call $spell (local.get $alphabet) (local.get $one) (local.get $value))))
      (if (i32.eq (local.get $kind) (i32.const 0x32))
        (then (call $spell (local.get $alphabet) (local.get $value) (local.get $value))))
      (br_if $values
        (i32.lt_u (local.tee $value (i32.add (local.get $value) (i32.const 1))) (i32.const 256)))))

  (func $spell (param $alphabet i32) (param $code i32) (param $value i32)
    (i32.store8 offset=0x400 (i32.add (local.get $alphabet) (local.get $code)) (local.get $value)))

  ;; The code of the next character, of the next page behind the last one.
  (func $following (param $code i32) (result i32)
    (local $character i32)
    (local.set $character
      (i32.and (local.tee $code (i32.add (local.get $code) (i32.const 1))) (i32.const 127)))
    (if (i32.or
          (i32.eq (local.get $character) (i32.const 34))
          (i32.eq (local.get $character) (i32.const 92)))
      (then (return (i32.add (local.get $code) (i32.const 1)))))
    (if (i32.eq (local.get $character) (i32.const 127))
      (then (return (i32.add (local.get $code) (i32.const 33)))))
    (local.get $code))

  ;; The value of the next character, or two, of a column.
  (func $next (param $column i32) (result i32)
    (local $place i32) (local $at i32) (local $code i32)
    (local.set $place (i32.shl (local.get $column) (i32.const 2)))
    (local.set $at (i32.load (local.get $place)))
    (if (i32.gt_u (local.tee $code (i32.load8_u (local.get $at))) (i32.const 123))
      (then
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $code
          (i32.add
            (i32.shl (i32.sub (local.get $code) (i32.const 123)) (i32.const 7))
            (i32.load8_u (local.get $at))))))
    (i32.store (local.get $place) (i32.add (local.get $at) (i32.const 1)))
    (i32.load8_u offset=0x400 (i32.add (i32.shl (local.get $column) (i32.const 9)) (local.get $code))))

  (func $put (param $byte i32)
    (i32.store8 (global.get $end) (local.get $byte))
    (global.set $end (i32.add (global.get $end) (i32.const 1))))

  ;; So many bytes of the first column.
  (func $copy (param $count i32)
    (loop $more
      (if (local.get $count)
        (then
          (call $put (call $next (i32.const 0)))
          (local.set $count (i32.sub (local.get $count) (i32.const 1)))
          (br $more)))))

  ;; From 0xe0 on a number of that column, from 0xf0 on a byte.
  (func $operand (param $item i32)
    (local $byte i32)
    (loop $more
      (call $put (local.tee $byte (call $next (i32.and (local.get $item) (i32.const 15)))))
      (br_if $more
        (i32.and (i32.lt_u (local.get $item) (i32.const 0xf0)) (i32.gt_u (local.get $byte) (i32.const 127))))))

  ;; Ends a function, if one was begun, and leaves room for the size of the next.
  (func $begin
    (if (global.get $start) (then (call $finish)))
    (global.set $end (i32.add (global.get $end) (i32.const 3)))
    (global.set $start (global.get $end)))

  ;; Its size is known only now, so the place for it always has three bytes.
  (func $finish
    (local $size i32)
    (local.set $size (i32.sub (global.get $end) (global.get $start)))
    (i32.store16
      (i32.sub (global.get $start) (i32.const 3))
      (i32.or
        (i32.or (i32.and (local.get $size) (i32.const 127)) (i32.const 0x8080))
        (i32.shl (i32.and (local.get $size) (i32.const 0x3f80)) (i32.const 1))))
    (i32.store8 (i32.sub (global.get $start) (i32.const 1)) (i32.shr_u (local.get $size) (i32.const 14)))))
