package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.problems.InvalidInput;

class BrokenFilesTest {
    private static final String A = "{'dtype':'U8','shape':[1],'data_offsets':[0,1]}";

    @TempDir
    Path folder;

    private void refuses(byte[] bytes, String message) {
        Path file = Raw.write(folder.resolve("x.safetensors"), bytes);
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(message)
                .hasMessageStartingWith(file.toString());
    }

    private void refusesHeader(String header, String message) {
        refuses(Raw.bytes(header.replace('\'', '"'), (byte) 0), message);
    }

    private static byte[] withLength(long length, String rest) {
        byte[] text = rest.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(8 + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(text)
                .array();
    }

    @Test
    void absentFilesAndFolders() {
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("no.safetensors")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageEndingWith("no.safetensors: there is no such file");
        assertThatThrownBy(() -> SafetensorsFile.open(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("is a folder");
    }

    @Test
    void filesThatAreSomethingElse() {
        refuses(new byte[0], "is empty");
        refuses(
                "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n".getBytes(StandardCharsets.UTF_8),
                "is a Git LFS pointer");
        refuses(withLength(0x04034b50L | (1L << 60), "data.pkl"), "is a zip archive, most likely a PyTorch pickle");
        refuses(new byte[] {(byte) 0x80, 2, 'c', 'o', 'l', 'l', 'e', 'c', 't', 'i', 'o', 'n'}, "is a pickle");
        refuses("\n <!DOCTYPE html><html>".getBytes(StandardCharsets.UTF_8), "is a web page (HTML)");
        refuses("GGUF0000000000000".getBytes(StandardCharsets.UTF_8), "is a GGUF file");
        refuses("{\"weight_map\": {}}".getBytes(StandardCharsets.UTF_8), "is a JSON text");
        refuses("\u0089HDF\r\n\032\n0000".getBytes(StandardCharsets.ISO_8859_1), "is an HDF5 file");
        refuses("Entry not found".getBytes(StandardCharsets.UTF_8), "is not a safetensors file");
        refuses(new byte[5], "has 5 bytes, fewer than the 8");
        refuses(new byte[100], "has a header that does not begin with {");
    }

    @Test
    void headerLengths() {
        refuses(withLength(0, ""), "has an empty header");
        refuses(withLength(0, "{}"), "has an empty header");
        refuses(withLength(3, "{}"), "is truncated: the header alone should have 3 bytes, but only 2 follow");
        refuses(withLength(100_000_001, "{}"), "its header has 100000001 bytes, more than the 100000000 allowed");
        refuses(withLength(-1, "{}"), "its header has 18446744073709551615 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[1]                    | does not begin with {",
                "{                      | is not valid JSON",
                "{'a':1}                | tensor a should be an object, but is number",
                "{} x                   | is not valid JSON",
                "{} {}                  | is not valid JSON: unexpected text at line 1",
                "{'a' 1}                | is not valid JSON",
                "{a:1}                  | is not valid JSON",
                "{'__metadata__':[]}    | __metadata__ should be an object, but is an array",
                "{'__metadata__':{'a':1}} | __metadata__ a should be a string, but is number",
                "{'__metadata__':{'a':'1','a':'2'}} | __metadata__ has the name a twice",
                "{'__metadata__':{'\\ud800':'1'}} | surrogate",
                "{'a':{'dtype':'U8','dtype':'U8'}} | tensor a has the name dtype twice",
                "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1],'more':[{}]}} | tensor a has a field more",
                "{'a':{'shape':[1],'data_offsets':[0,1]}} | tensor a lacks dtype",
                "{'a':{'dtype':'U8','data_offsets':[0,1]}} | tensor a lacks shape",
                "{'a':{'dtype':'U8','shape':[1]}} | tensor a lacks data_offsets",
                "{'a':{'dtype':'BFLOAT','shape':[1],'data_offsets':[0,1]}} | unknown dtype BFLOAT",
                "{'a':{'dtype':'f32','shape':[1],'data_offsets':[0,1]}} | (did you mean F32?)",
                "{'a':{'dtype':'U8','shape':1,'data_offsets':[0,1]}} | shape of tensor a should be an array",
                "{'a':{'dtype':'U8','shape':['1'],'data_offsets':[0,1]}} | shape of tensor a should be number",
                "{'a':{'dtype':'U8','shape':[-1],'data_offsets':[0,1]}} | whole numbers from 0 on, got -1",
                "{'a':{'dtype':'U8','shape':[1.0],'data_offsets':[0,1]}} | whole numbers from 0 on, got 1.0",
                "{'a':{'dtype':'U8','shape':[1e0],'data_offsets':[0,1]}} | whole numbers from 0 on, got 1e0",
                "{'a':{'dtype':'U8','shape':[9223372036854775808],'data_offsets':[0,1]}} | does not fit 63 bits",
                "{'a':{'dtype':'U8','shape':[4294967296,4294967296],'data_offsets':[0,1]}} | more bytes than 2^63",
                "{'a':{'dtype':'F64','shape':[2305843009213693952],'data_offsets':[0,1]}} | more bytes than 2^63",
                "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0]}} | which should be a begin and an end",
                "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1,2]}} | has more than 2 numbers",
                "{'a':{'dtype':'U8','shape':[1],'data_offsets':[1,0]}} | end before they begin",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,1]}} | is 1 bytes, but its shape [1] of F32 takes 4",
                "{'a':{'dtype':'U8','shape':[1],'data_offsets':[1,2]}} | leaves a gap of 1 bytes after the header",
                "{'a':{'dtype':'U8','shape':[5],'data_offsets':[0,5]}} | is truncated: 4 of 5 bytes of data are missing",
                "{'a':{'dtype':'U8','shape':[0],'data_offsets':[0,0]}} | has 1 bytes after the last tensor",
                "{'a':{'dtype':'U8','shape':[0],'data_offsets':[7,7]}} | leaves a gap of 7 bytes",
            })
    void headers(String header, String message) {
        refusesHeader(header, message);
    }

    @Test
    void tensorsThatOverlapAndNamesGivenTwice() {
        refusesHeader("{'a':" + A + ",'b':" + A + "}", "tensor b at [0, 1] overlaps a, which ends at 1");
        refusesHeader("{'a':" + A + ",'a':" + A + "}", "the header has the name a twice");
        refusesHeader("{'a':" + A + ",'\\u0061':" + A + "}", "the header has the name a twice");
    }

    @Test
    void textThatIsNotUtf8() {
        byte[] header = "{\"\u00ff\":1}".getBytes(StandardCharsets.ISO_8859_1);
        refuses(Raw.bytes(header), "is not UTF-8 text");
    }

    @Test
    void depthDoesNotOverflowTheStack() {
        refusesHeader("{'a':{'x':" + "[".repeat(100_000), "Nesting limit");
        refusesHeader("{'a':{'dtype':" + "{'a':".repeat(100_000), "dtype of tensor a should be a string");
    }

    @Test
    void shapesHaveALimit() {
        refusesHeader(
                "{'a':{'dtype':'U8','shape':[" + "1,".repeat(64) + "1],'data_offsets':[0,1]}}",
                "shape of tensor a has more than 64 numbers");
    }

    @Test
    void allBadEntriesAreToldTogetherAndManyAreCounted() {
        StringBuilder header = new StringBuilder("{'a0':{}");
        for (int i = 1; i < 25; i++) {
            header.append(",'a").append(i).append("':{}");
        }
        Path file = Raw.write(
                folder.resolve("x.safetensors"), header.append('}').toString().replace('\'', '"'));
        assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOfSatisfying(InvalidInput.class, invalid -> {
            assertThat(invalid.problems()).hasSize(21);
            assertThat(invalid.problems().get(20).what()).isEqualTo("and 5 more like the last one");
        });
    }

    @Test
    void namesInMessagesAreShortAndPrintable() {
        Path file = Raw.write(folder.resolve("x.safetensors"), "{\"\\u0007" + "n".repeat(5000) + "\":{}}");
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(InvalidInput.class)
                .message()
                .contains("tensor ?nnn")
                .hasSizeLessThan(500);
    }

    @Test
    void aFileThatMayNotBeRead() throws IOException {
        Path file = Raw.write(folder.resolve("x.safetensors"), "{}");
        if (file.toFile().setReadable(false) && !Files.isReadable(file)) {
            assertThatThrownBy(() -> SafetensorsFile.open(file)).hasMessageContaining("permission denied");
        }
    }
}
