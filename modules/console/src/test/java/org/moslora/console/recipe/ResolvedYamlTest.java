package org.moslora.console.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolvedYamlTest {
    @TempDir
    Path folder;

    @Test
    void readingItGivesTheSameRecipe() {
        Bound<Tuning> bound = Kitchen.in(folder)
                .read(Kitchen.VALID, "output=runs/two", "adapter.kind=moe_lora", "data.images=" + folder);
        Kitchen elsewhere = Kitchen.in(folder.resolve("elsewhere"));
        Bound<Tuning> again = elsewhere.read(bound.yaml());
        assertThat(again.recipe()).isEqualTo(bound.recipe());
        assertThat(again.yaml()).isEqualTo(bound.yaml());
    }

    @Test
    void everyKeyIsWrittenInOrder() {
        String minimal =
                "pipeline: x\nmodel: tiny-llava\noutput: out\nadapter: {targets: q}\ndata: {conversations: talk.json}";
        assertThat(Kitchen.in(folder).read(minimal).yaml()).isEqualTo("""
                        pipeline: x
                        model: %1$s/tiny-llava
                        output: %1$s/out
                        device: cpu
                        adapter:
                          kind: moslora
                          rank: 16
                          alpha: 32.0
                          dropout: 0.0
                          mixer_init: orthogonal
                          targets: [q]
                          exclude: []
                          rank_pattern: {}
                          lora_plus_ratio: 1.0
                        projector:
                          train: true
                          learning_rate: 2.0e-5
                        training:
                          learning_rate: 2.0e-4
                          schedule: cosine
                          warmup_steps: 0
                          batch_size: 1
                          betas: [0.9, 0.999]
                          epsilon: 1.0e-8
                          precision: fp32
                          gradient_checkpointing: false
                          seed: 0
                        data:
                          conversations: [%1$s/talk.json]
                          template: vicuna_v1
                          max_length: 2048
                        validation:
                          fraction: 0.0
                          every: 100
                          prompts: []
                        """.formatted(folder));
    }

    record Inner(@Default("1") int a) {}

    record Awkward(
            List<String> texts,
            Map<String, String> words,
            Map<String, Inner> blocks,
            List<Inner> list,
            List<Double> numbers,
            Inner empty) {}

    @Test
    void awkwardTextSurvives() {
        List<String> texts = List.of(
                "no",
                "12",
                "1e-4",
                "~",
                "null",
                "",
                " a ",
                "a: b",
                "# c",
                "- d",
                "it's \"so\"",
                "two\nlines\n",
                "x\n\n y",
                "tab\there",
                "\u0007 bell",
                "ünï 😀",
                "[q]",
                "{a}",
                "*x",
                "&x",
                "!x",
                "%",
                "@",
                "`",
                "=",
                "<<",
                "a, b",
                "\\d+\\.",
                "\u2028",
                "---",
                "x".repeat(300) + " " + "y".repeat(300),
                "2026-01-01",
                "?",
                "|",
                ">");
        Awkward awkward = new Awkward(
                texts,
                Map.of("no", "on", "a.b", "", "<<", "merge?", "~", "x"),
                Map.of("k", new Inner(3)),
                List.of(new Inner(1), new Inner(2)),
                List.of(1e300, -1e-300, 1e7, 123456789.0, 0.1, Double.MIN_VALUE),
                new Inner(7));
        String yaml = new ResolvedYaml(Spellings.none()).block(awkward);
        assertThat(Kitchen.in(folder).read(Awkward.class, yaml).recipe()).isEqualTo(awkward);
        assertThat(yaml).contains("1.0e+300").contains("'no'").contains("'12'");
    }
}
