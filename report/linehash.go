package report

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	hashWindow = 100 // characters
	hashBase   = 37
)

// lineHashes gives each line of a file the hash that GitHub's CodeQL action gives it (primaryLocationLineHash), by which code scanning
// knows an alert again when lines above it change. It is, modulo 2^64, the polynomial in 37 over the 100 UTF-16 code units from the
// start of the line on, line ends included. Spaces and tabs are left out, every line end is one line feed, the end of the file is one
// 0xFFFF, and zeros follow it. Equal hashes are numbered: "c129715d7a2bc9a3:1".
func lineHashes(src []byte) []string {
	units, starts := hashedUnits(src)
	units = append(units, make([]uint16, hashWindow)...)
	hashes := make([]string, len(starts))
	seen := map[string]int{}
	for i, start := range starts {
		var h uint64
		for _, u := range units[start : start+hashWindow] {
			h = h*hashBase + uint64(u)
		}
		text := strconv.FormatUint(h, 16)
		seen[text]++
		hashes[i] = text + ":" + strconv.Itoa(seen[text])
	}
	return hashes
}

// hashedUnits are the code units of a file that its line hashes are made from, and where in them each line starts.
func hashedUnits(src []byte) (units []uint16, starts []int) {
	const endOfFile = 0xFFFF
	units = make([]uint16, 0, len(src)+1+hashWindow)
	lineStart, afterCR := true, false
	add := func(u uint16) {
		if lineStart {
			starts = append(starts, len(units))
		}
		lineStart = u == '\n'
		units = append(units, u)
	}
	for len(src) > 0 {
		r, n := decodeRune(src)
		src = src[n:]
		switch {
		case r == ' ' || r == '\t' || r == '\n' && afterCR:
			afterCR = false
		case r == '\r':
			afterCR = true
			add('\n')
		default:
			afterCR = false
			for _, u := range utf16.Encode([]rune{r}) {
				add(u)
			}
		}
	}
	add(endOfFile)
	return units, starts
}

// decodeRune is [utf8.DecodeRune] except that the beginning of a character that then breaks off is one error, not one for each byte:
// JavaScript decodes so.
func decodeRune(b []byte) (rune, int) {
	r, n := utf8.DecodeRune(b)
	if r != utf8.RuneError || n != 1 {
		return r, n
	}
	for n < len(b) && n < utf8.UTFMax && !utf8.RuneStart(b[n]) && beginsRune(b[:n+1]) {
		n++
	}
	return r, n
}

// beginsRune reports whether some valid character that is longer than b begins with b.
func beginsRune(b []byte) bool { return len(b) < utf8.UTFMax && !utf8.FullRune(b) }
