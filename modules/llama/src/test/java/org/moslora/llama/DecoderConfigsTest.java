package org.moslora.llama;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Configs of decoders as transformers 5.24.0 reads them: defaults, windows, axes and tensors of what is published. */
class DecoderConfigsTest {
    private static final String LLAMA_32 = "'model_type': 'llama', 'hidden_size': 2048, 'intermediate_size': 8192,"
            + " 'num_hidden_layers': 16, 'num_key_value_heads': 8, 'head_dim': 64, 'vocab_size': 128256,"
            + " 'tie_word_embeddings': true";

    /** Of LlamaConfig(), MistralConfig() and so on: what an empty config stands for. */
    @ParameterizedTest
    @CsvSource({
        "llama, 4096, 11008, 32, 32, 32, 128, 32000, 2048, 1e-6, 10000, false",
        "mistral, 4096, 14336, 32, 32, 8, 128, 32000, 131072, 1e-6, 10000, false",
        "qwen2, 4096, 22016, 32, 32, 32, 128, 151936, 32768, 1e-6, 10000, false",
        "qwen3, 4096, 22016, 32, 32, 32, 128, 151936, 32768, 1e-6, 10000, false",
        "gemma3_text, 2304, 9216, 26, 8, 4, 256, 262208, 131072, 1e-6, 1000000, true"
    })
    void classDefaultsAreThoseOfTransformers(
            String type,
            int hidden,
            int inner,
            int layers,
            int heads,
            int keyValueHeads,
            int headWidth,
            int vocabulary,
            int positions,
            double epsilon,
            double theta,
            boolean tied) {
        LanguageModelConfig config = read("'model_type': '" + type + "'");
        assertThat(config)
                .isEqualTo(new LanguageModelConfig(
                        type,
                        hidden,
                        inner,
                        layers,
                        heads,
                        keyValueHeads,
                        headWidth,
                        vocabulary,
                        positions,
                        epsilon,
                        new Rope("default", theta, List.of()),
                        tied,
                        type.equals("qwen2"),
                        false,
                        false,
                        config.parts()));
    }

    /** Of Qwen2VLTextConfig() and its successors. */
    @ParameterizedTest
    @CsvSource({
        "qwen2_vl_text, 8192, 29568, 80, 64, 8, 128, 152064, 32768, 1e-5, 1000000, true",
        "qwen2_5_vl_text, 8192, 29568, 80, 64, 8, 128, 152064, 32768, 1e-5, 1000000, true",
        "qwen3_vl_text, 4096, 22016, 32, 32, 32, 128, 151936, 128000, 1e-6, 500000, false"
    })
    void classDefaultsInsideOtherModelsAreThoseOfTransformers(
            String type,
            int hidden,
            int inner,
            int layers,
            int heads,
            int keyValueHeads,
            int headWidth,
            int vocabulary,
            int positions,
            double epsilon,
            double theta,
            boolean biased) {
        LanguageModelConfig config = LanguageModelConfigReader.inside(section("", new Problems()), type, false, 0);
        assertThat(List.of(
                        config.hidden(),
                        config.inner(),
                        config.layers(),
                        config.heads(),
                        config.keyValueHeads(),
                        config.headWidth(),
                        config.vocabulary(),
                        config.positions()))
                .containsExactly(hidden, inner, layers, heads, keyValueHeads, headWidth, vocabulary, positions);
        assertThat(config.epsilon()).isEqualTo(epsilon);
        assertThat(config.rope().theta()).isEqualTo(theta);
        assertThat(config.attentionBias()).isEqualTo(biased);
    }

    /** Which layers see a window, s, and which everything, f: layer_types of the config classes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "qwen2 | 'num_hidden_layers': 6, 'use_sliding_window': true, 'max_window_layers': 2 | ffssss",
                "qwen2 | 'num_hidden_layers': 6, 'use_sliding_window': false, 'max_window_layers': 2 | ffffff",
                "qwen3 | 'num_hidden_layers': 5, 'use_sliding_window': true, 'max_window_layers': 5 | fffff",
                "qwen2 | 'num_hidden_layers': 30, 'use_sliding_window': true | ffffffffffffffffffffffffffffss",
                "gemma3_text | 'num_hidden_layers': 13 | sssssfsssssfs",
                "gemma3_text | 'num_hidden_layers': 7, 'sliding_window_pattern': 3 | ssfssfs",
                "gemma3_text | 'num_hidden_layers': 5, 'sliding_window_pattern': 1 | fffff",
                "gemma3_text | 'num_hidden_layers': 3, 'layer_types': ['full_attention', 'sliding_attention',"
                        + " 'full_attention'] | fsf",
                "mistral | 'num_hidden_layers': 3 | sss",
                "mistral | 'num_hidden_layers': 3, 'sliding_window': null | fff",
                "llama | 'num_hidden_layers': 2 | ff"
            })
    void windowsAreThoseOfTransformers(String type, String fields, String layers) {
        LanguageModelConfig config = read("'model_type': '" + type + "', " + fields);
        assertThat(config.parts().spans().stream()
                        .map(span -> span.window() > 0 ? "s" : "f")
                        .collect(Collectors.joining()))
                .isEqualTo(layers);
        assertThat(config.parts().spans()).allMatch(span -> span.window() == 0 || span.window() == 4096);
    }

    /** In Gemma 3, layers with a window turn by a base of their own, and only the others are stretched. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'rope_theta': 1e6, 'rope_local_base_freq': 10000.0,"
                        + " 'rope_scaling': {'rope_type': 'linear', 'factor': 8.0}",
                "'rope_parameters': {'full_attention': {'rope_type': 'linear', 'factor': 8.0, 'rope_theta': 1e6},"
                        + " 'sliding_attention': {'rope_type': 'default', 'rope_theta': 10000.0}}"
            })
    void gemmasLayersHaveTwoKindsOfPositions(String rope) {
        LanguageModelConfig config = read("'model_type': 'gemma3_text', 'num_hidden_layers': 6, " + rope);
        Rope near = new Rope("default", 1e4, List.of());
        Rope far = new Rope("linear", 1e6, List.of(8.0));
        assertThat(config.rope()).isEqualTo(far);
        assertThat(config.parts().spans())
                .extracting(AttentionSpan::rope)
                .containsExactly(near, near, near, near, near, far);
    }

    /** recomposition_frequencies of the two kinds: each frequency's axis. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "qwen3_vl_text | [2, 1, 1] | 4 | 0120",
                "qwen3_vl_text | [3, 3, 2] | 8 | 01201201",
                "qwen3_vl_text | [4, 2, 2] | 8 | 01201200",
                "qwen3_vl_text | [8, 0, 0] | 8 | 00000000",
                "qwen3_vl_text | [24, 20, 20] | 64 | 0120120120120120120120120120120120120120120120120120120120120000",
                "qwen2_vl_text | [2, 1, 1] | 4 | 0012",
                "qwen2_vl_text | [3, 3, 2] | 8 | 00011122",
                "qwen2_5_vl_text | [4, 2, 2] | 8 | 00001122"
            })
    void axesOfFrequenciesAreThoseOfTransformers(String type, String sections, int frequencies, String axes) {
        LanguageModelConfig config = LanguageModelConfigReader.inside(
                section(
                        "'num_attention_heads': 1, 'num_key_value_heads': 1, 'head_dim': " + 2 * frequencies
                                + ", 'rope_parameters': {'mrope_section': " + sections + "}",
                        new Problems()),
                type,
                false,
                0);
        assertThat(config.parts().ropeAxes().stream().map(String::valueOf).collect(Collectors.joining()))
                .isEqualTo(axes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[2, 2, 2]", "[8, 1, 1]", "[4, 4]", "[5, 4, -1]"})
    void sectionsThatDoNotShareOutAHeadAreRefused(String sections) {
        Problems problems = new Problems();
        LanguageModelConfigReader.inside(
                section(
                        "'head_dim': 16, 'rope_scaling': {'type': 'mrope', 'mrope_section': " + sections + "}",
                        problems),
                "qwen2_vl_text",
                false,
                0);
        assertThat(problems.found())
                .extracting(Problem::toString)
                .singleElement()
                .satisfies(text -> assertThat(text).contains("mrope_section", sections, "8 frequencies"));
    }

    /** Tensors of published models: their number, and the CRC-32 of the sorted lines {@code name shape} of the state dict. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                LLAMA_32 + " | 146 | ec204933",
                "'model_type': 'llama', 'hidden_size': 64, 'intermediate_size': 96, 'num_hidden_layers': 2,"
                        + " 'num_attention_heads': 4, 'vocab_size': 100, 'attention_bias': true, 'mlp_bias': true"
                        + " | 35 | 865fbc1b",
                "'model_type': 'mistral' | 291 | c2e4ceb5",
                "'model_type': 'qwen2', 'hidden_size': 896, 'intermediate_size': 4864, 'num_hidden_layers': 24,"
                        + " 'num_attention_heads': 14, 'num_key_value_heads': 2, 'tie_word_embeddings': true"
                        + " | 290 | 7afde177",
                "'model_type': 'qwen3', 'hidden_size': 1024, 'intermediate_size': 3072, 'num_hidden_layers': 28,"
                        + " 'num_attention_heads': 16, 'num_key_value_heads': 8, 'tie_word_embeddings': true"
                        + " | 310 | bf486f63",
                "'model_type': 'gemma3_text', 'hidden_size': 1152, 'intermediate_size': 6912, 'num_attention_heads': 4,"
                        + " 'num_key_value_heads': 1, 'vocab_size': 262144 | 340 | d5e35719"
            })
    void tensorsAreThoseOfTransformers(String fields, int count, String sum) {
        TreeSet<String> lines = new TreeSet<>();
        LlamaNames.alone()
                .expected(read(fields))
                .forEach((name, shape) -> lines.add(
                        name + " " + shape.stream().map(String::valueOf).collect(Collectors.joining(","))));
        CRC32 crc = new CRC32();
        crc.update(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        assertThat(lines).hasSize(count);
        assertThat(crc.getValue()).isEqualTo(Long.parseLong(sum, 16));
    }

    @Test
    void stretchedPositionsReachFurtherAndRoundedOnesDoNot() {
        String linear = "'max_position_embeddings': 100, 'rope_scaling': {'type': 'linear', 'factor': %s}";
        assertThat(read(linear.formatted("2.5")).longest()).isEqualTo(250);
        assertThat(read(linear.formatted("0.5")).longest()).isEqualTo(100);
        assertThat(read(linear.formatted("1e12")).longest()).isEqualTo(Integer.MAX_VALUE);
        assertThat(read("'max_position_embeddings': 131072, 'rope_scaling': {'rope_type': 'llama3', 'factor': 8}")
                        .longest())
                .isEqualTo(131072);
    }

    @Test
    void anEncoderIsTheFirstLayersWithoutAHead() {
        LanguageModelConfig whole = read("'model_type': 'gemma3_text', 'num_hidden_layers': 12");
        LanguageModelConfig first = whole.encoder(7);
        assertThat(first.parts().spans()).isEqualTo(whole.parts().spans().subList(0, 7));
        assertThat(LlamaNames.alone().expected(whole))
                .containsAllEntriesOf(LlamaNames.alone().expected(first));
        assertThat(LlamaNames.alone().expected(read(LLAMA_32).encoder(2)))
                .doesNotContainKey(LlamaNames.HEAD)
                .hasSize(2 + 2 * 9);
    }

    private static ConfigSection section(String fields, Problems problems) {
        return ConfigSection.parse("config.json", "{" + fields.replace('\'', '"') + "}", problems);
    }

    private static LanguageModelConfig read(String fields) {
        Problems problems = new Problems();
        LanguageModelConfig config = LanguageModelConfigReader.read(section(fields, problems), false);
        problems.throwIfAny();
        return config;
    }
}
