package terraform

import (
	"crypto/md5"  //nolint:gosec // Terraform's md5 is no security measure
	"crypto/sha1" //nolint:gosec // Terraform's sha1 is no security measure
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/iacscan/iacscan/graph"
)

func base64Encode(s string) (string, error) { return base64.StdEncoding.EncodeToString([]byte(s)), nil }

func base64Decode(s string) (string, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return "", fmt.Errorf("decode base64: %w", err)
	}
	if !utf8.Valid(b) {
		return "", errors.New("the result of decoding is not valid UTF-8")
	}
	return string(b), nil
}

func base64SHA256(s string) (string, error) {
	sum := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:]), nil
}

func base64SHA512(s string) (string, error) {
	sum := sha512.Sum512([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:]), nil
}

func md5Hex(s string) (string, error) {
	sum := md5.Sum([]byte(s)) //nolint:gosec // as above
	return hex.EncodeToString(sum[:]), nil
}

func sha1Hex(s string) (string, error) {
	sum := sha1.Sum([]byte(s)) //nolint:gosec // as above
	return hex.EncodeToString(sum[:]), nil
}

func sha256Hex(s string) (string, error) {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:]), nil
}

func sha512Hex(s string) (string, error) {
	sum := sha512.Sum512([]byte(s))
	return hex.EncodeToString(sum[:]), nil
}

// encodings are the encodings that texts are converted to, by their upper-case IANA names: those that Windows and old systems want in
// user data. Terraform knows more, with tables of a megabyte.
var encodings = map[string]encoding.Encoding{
	"UTF-8":      unicode.UTF8,
	"UTF-16BE":   unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	"UTF-16LE":   unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	"ISO-8859-1": charmap.ISO8859_1,
}

// recoded converts a text with the encoding that the second argument names.
func (c *invocation) recoded(f func(text string, e encoding.Encoding) (string, error)) graph.Value {
	return c.whenKnown(func(args []graph.Value) graph.Value {
		name, _ := convertText(args[1]).Text()
		e := encodings[strings.ToUpper(name)]
		if e == nil {
			return graph.Unknown("iacscan does not know the encoding " + strconv.Quote(name))
		}
		return (&invocation{c.name, args[:1], c.context}).text(func(s []string) (string, error) { return f(s[0], e) })
	})
}

func fnTextEncodeBase64(c *invocation) graph.Value {
	return c.recoded(func(text string, e encoding.Encoding) (string, error) {
		out, err := e.NewEncoder().String(text)
		if err != nil {
			return "", fmt.Errorf("encode the text: %w", err)
		}
		return base64Encode(out)
	})
}

func fnTextDecodeBase64(c *invocation) graph.Value {
	return c.recoded(func(text string, e encoding.Encoding) (string, error) {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return "", fmt.Errorf("decode base64: %w", err)
		}
		if b, err = e.NewDecoder().Bytes(b); err != nil {
			return "", fmt.Errorf("decode the text: %w", err)
		}
		return string(b), nil
	})
}

func fnURLEncode(c *invocation) graph.Value { return c.mapped(url.QueryEscape) }

// uuidV5 is uuidv5(namespace, name), where the namespace is a UUID or one of four names.
func uuidV5(namespace, name string) (string, error) {
	space, ok := map[string]uuid.UUID{
		"dns": uuid.NameSpaceDNS, "url": uuid.NameSpaceURL, "oid": uuid.NameSpaceOID, "x500": uuid.NameSpaceX500,
	}[namespace]
	if !ok {
		var err error
		if space, err = uuid.Parse(namespace); err != nil {
			return "", fmt.Errorf("read the namespace %q: %w", namespace, err)
		}
	}
	return uuid.NewSHA1(space, []byte(name)).String(), nil
}

func fnJSONEncode(c *invocation) graph.Value { return graph.JSON(c.args[0]) }

func fnJSONDecode(c *invocation) graph.Value {
	text := convertText(c.args[0])
	if text.Kind() == graph.KindInvalid || wholeResource(text) {
		return c.invalid("string required")
	}
	v, err := graph.ParseJSON(text)
	if err != nil {
		return c.invalid(err.Error())
	}
	return v
}
