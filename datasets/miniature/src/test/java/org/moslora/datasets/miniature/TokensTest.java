package org.moslora.datasets.miniature;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.miniature.language.Claims;
import org.moslora.datasets.miniature.language.Conversations;
import org.moslora.datasets.miniature.language.Exercise;
import org.moslora.datasets.miniature.language.SceneCaptions;
import org.moslora.datasets.miniature.language.SceneQuestion;
import org.moslora.datasets.miniature.language.Topic;
import org.moslora.datasets.miniature.language.WorldFacts;
import org.moslora.datasets.miniature.language.WorldVocabulary;
import org.moslora.datasets.miniature.tokens.CaptionTokens;
import org.moslora.datasets.miniature.tokens.LanguageTokens;
import org.moslora.datasets.miniature.world.Cast;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.datasets.miniature.world.Style;
import org.moslora.examples.clip.ClipTokenizer;
import org.moslora.examples.clip.ClipTokens;
import org.moslora.examples.text.TextTokenizer;

/** Both tokenizers, opened as any model's: every word is one token, and answers come back letter by letter. */
final class TokensTest {
    private static final int SCENES = 400;

    @TempDir
    Path folder;

    @Test
    void everyWordThatIsSaidIsOneToken() throws IOException {
        LanguageTokens tokens = new LanguageTokens();
        tokens.write(folder);
        SplittableRandom random = new SplittableRandom(3);
        Scenes scenes = new Scenes(2, Split.TRAIN, Cast.MIXED);
        try (TextTokenizer tokenizer = TextTokenizer.open(folder)) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(tokens.size());
            int unknown = tokenizer.tokenId("<unk>");
            for (int i = 0; i < SCENES; i++) {
                Scene scene = scenes.grid(i, 0);
                for (Topic topic : Topic.values()) {
                    for (SceneQuestion asked : Conversations.about(scene, topic, List.of(), 1, random)) {
                        said(tokenizer, asked.question(), unknown);
                        assertThat(tokenizer.decode(said(tokenizer, asked.answer(), unknown), true))
                                .isEqualTo(asked.answer());
                    }
                }
                for (Exercise exercise : List.of(
                        WorldFacts.about(Split.TRAIN, random),
                        WorldFacts.story(scene, random),
                        Claims.fact(Split.TRAIN, random),
                        Claims.story(scene, random),
                        WorldFacts.open(Split.TRAIN, random))) {
                    said(tokenizer, exercise.instruction(), unknown);
                    assertThat(tokenizer.decode(said(tokenizer, exercise.output(), unknown), true))
                            .isEqualTo(exercise.output());
                }
            }
            for (WorldFacts.Fact fact : WorldFacts.all()) {
                assertThat(tokenizer.decode(said(tokenizer, fact.statement(), unknown), true))
                        .isEqualTo(fact.statement());
            }
            assertThat(tokenizer.encode("WHAT colour is the zeppelin?")).contains(unknown);
            assertThat(tokenizer.opening()).containsExactly(tokenizer.tokenId("<|begin_of_text|>"));
            assertThat(tokenizer.encode(
                            "<|start_header_id|>user<|end_header_id|>\n\n<image>\nWhere is this?<|eot_id|>"))
                    .hasSize(9);
        }
    }

    private static int[] said(TextTokenizer tokenizer, String text, int unknown) {
        int[] ids = tokenizer.encode(text);
        assertThat(ids)
                .as(text)
                .doesNotContain(unknown)
                .hasSize(WorldVocabulary.pieces(text).size());
        return ids;
    }

    @Test
    void everyWordOfACaptionIsOneToken() throws IOException {
        CaptionTokens tokens = new CaptionTokens();
        tokens.write(folder);
        Scenes scenes = new Scenes(2, Split.TRAIN, Cast.MIXED);
        try (ClipTokenizer tokenizer = ClipTokenizer.open(folder)) {
            assertThat(tokenizer.length()).isEqualTo(CaptionTokens.LENGTH);
            assertThat(tokenizer.end()).isEqualTo(tokens.end());
            for (int i = 0; i < SCENES; i++) {
                String caption = SceneCaptions.of(scenes.portrait(i), scenes.speech(Style.PORTRAIT, i));
                ClipTokens ids = tokenizer.encode(caption);
                assertThat(ids.ids()[0]).isEqualTo(tokens.begin());
                assertThat(ids.whole()).as(caption).isEqualTo(caption.split(" ").length + 2);
            }
            assertThat(tokenizer.encode("a sks animal").whole()).isEqualTo(5);
            assertThat(tokenizer.encode("a zebra").whole()).isEqualTo(8);
        }
    }

    @Test
    void fewTokensAreEnough() throws IOException {
        assertThat(new LanguageTokens().size()).isBetween(150, 260);
        assertThat(new CaptionTokens().size()).isBetween(150, 320);
        new CaptionTokens().write(folder);
        assertThat(Files.readString(folder.resolve("merges.txt"))).startsWith("#version: 0.2\n");
    }
}
