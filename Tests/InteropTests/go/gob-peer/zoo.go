package main

import (
	"encoding/gob"
	"encoding/json"
	"math"
	"math/rand"
	"strconv"
	"time"
)

// zoo has a field of every kind that gob knows, and interfaces that hold more of them.
type zoo struct {
	Bool      bool
	Int       int64
	Short     int8
	Uint      uint64
	Float     float64
	Complex   complex128 `json:"-"`
	Bytes     []byte
	String    string
	Strings   []string
	Pair      [2]int
	Lengths   map[string]int
	Points    map[int]point
	Point     point
	Pointer   *point
	Anything  interface{}
	Animals   []interface{}
	Cages     map[string]interface{}
	Time      time.Time
	Self      *zoo
	Matrix    [][]float64
	ByAddress map[point]bool `json:"-"`
}

type point struct{ X, Y int }

type cage struct {
	Name    string
	Inside  interface{}
	Animals []interface{}
}

func init() {
	gob.Register(point{})
	gob.Register(&cage{})
	gob.Register(map[string]interface{}{})
	gob.Register([]interface{}{})
	gob.Register([]point{})
	gob.Register([3]uint8{})
	gob.Register(time.Time{})
}

func encodeZoo(argument string) (string, error) {
	seed, err := strconv.ParseInt(argument, 10, 64)
	if err != nil {
		return "", err
	}
	return encode(newZoo(rand.New(rand.NewSource(seed)), 3))
}

func decodeZoo(argument string) (string, error) {
	var z zoo
	if err := decode(argument, &z); err != nil {
		return "", err
	}
	text, err := json.Marshal(z)
	return string(text), err
}

func newZoo(r *rand.Rand, depth int) zoo {
	z := zoo{
		Bool: maybe(r), Int: integer(r), Short: int8(r.Int()), Uint: uint64(integer(r)),
		Float: float(r), Complex: complex(float(r), float(r)), Bytes: []byte(word(r)),
		String: word(r), Pair: [2]int{r.Intn(3), r.Intn(300)}, Point: newPoint(r),
		Time: time.Unix(r.Int63n(1<<33), r.Int63n(1000)).UTC(),
	}
	for n := r.Intn(4); n > 0; n-- {
		z.Strings = append(z.Strings, word(r))
		z.Matrix = append(z.Matrix, []float64{float(r), 0})
	}
	if maybe(r) {
		p := newPoint(r)
		z.Pointer = &p
		z.Lengths = map[string]int{word(r): r.Int(), "": 0}
		z.Points = map[int]point{r.Intn(9): p, -1: {}}
		z.ByAddress = map[point]bool{p: maybe(r)}
	}
	z.Anything = anything(r, depth)
	z.Animals = things(r, depth)
	if maybe(r) {
		z.Cages = map[string]interface{}{word(r): anything(r, depth), "nil": nil}
	}
	if depth > 0 && maybe(r) {
		inner := newZoo(r, depth-1)
		z.Self = &inner
	}
	return z
}

func anything(r *rand.Rand, depth int) interface{} {
	n := 12
	if depth <= 0 {
		n = 9
	}
	switch r.Intn(n) {
	case 0:
		return nil
	case 1:
		return maybe(r)
	case 2:
		return int(integer(r))
	case 3:
		return word(r)
	case 4:
		return float(r)
	case 5:
		return newPoint(r)
	case 6:
		return [3]uint8{1, 2, uint8(r.Int())}
	case 7:
		return []point{newPoint(r), {}}
	case 8:
		return time.Unix(r.Int63n(1<<33), 0).UTC()
	case 9:
		return &cage{word(r), anything(r, depth-1), things(r, depth-1)}
	case 10:
		return map[string]interface{}{word(r): anything(r, depth-1)}
	default:
		return things(r, depth-1)
	}
}

func things(r *rand.Rand, depth int) []interface{} {
	all := []interface{}{}
	for n := r.Intn(4); n > 0; n-- {
		all = append(all, anything(r, depth))
	}
	return all
}

func newPoint(r *rand.Rand) point { return point{r.Intn(3), int(integer(r))} }

func maybe(r *rand.Rand) bool { return r.Intn(2) == 0 }

// integer returns small and large numbers alike often.
func integer(r *rand.Rand) int64 { return int64(r.Uint64()) >> uint(r.Intn(64)) }

func float(r *rand.Rand) float64 {
	if maybe(r) {
		return float64(r.Intn(5))
	}
	return math.Ldexp(r.Float64()-0.5, r.Intn(2000)-1000)
}

func word(r *rand.Rand) string {
	return []string{"", "a", "über", "\x00", "two words", "long " + strconv.Itoa(r.Int())}[r.Intn(6)]
}
