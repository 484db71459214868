package org.moslora.datasets.miniature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.moslora.datasets.miniature.language.Choice;
import org.moslora.datasets.miniature.language.Claim;
import org.moslora.datasets.miniature.language.Claims;
import org.moslora.datasets.miniature.language.Conversations;
import org.moslora.datasets.miniature.language.SceneQuestion;
import org.moslora.datasets.miniature.language.Topic;
import org.moslora.datasets.miniature.language.WorldFacts;
import org.moslora.datasets.miniature.world.Cast;
import org.moslora.datasets.miniature.world.Scene;
import org.moslora.datasets.miniature.world.Scenes;
import org.moslora.datasets.miniature.world.Split;

/** Every answer follows from its scene, and no topic can be answered without looking. */
final class QuestionsTest {
    private static final int SCENES = 3000;

    @ParameterizedTest
    @EnumSource(Topic.class)
    void answersAreRightAndSpread(Topic topic) {
        boolean skill = Topic.skills().contains(topic);
        Scenes scenes = new Scenes(7, Split.TRAIN, skill ? Cast.MIXED : Cast.KNOWN);
        SplittableRandom random = new SplittableRandom(1);
        Map<String, Integer> answers = new HashMap<>();
        int asked = 0;
        for (int i = 0; i < SCENES; i++) {
            Scene scene = scenes.grid(i, 0);
            for (SceneQuestion turn : Conversations.about(scene, topic, List.of(), 1, random)) {
                assertThat(turn.answer())
                        .as(turn.question() + " " + scene)
                        .isEqualTo(new Answering(scene).answer(turn.question()));
                answers.merge(turn.answer(), 1, Integer::sum);
                asked++;
            }
        }
        int most = answers.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        assertThat(asked).isGreaterThan(SCENES / 8);
        double constant = most / (double) asked;
        double limit = switch (topic) {
            case EXIST, SIZE -> 0.55;
            case WEARS, PATTERN -> 0.5;
            case COUNT, NEW_WHICH, NEW_AT -> 0.3;
            case CAPTION, LIST -> 0.02;
            default -> 0.2;
        };
        assertThat(constant).as("best constant answer to " + topic).isLessThan(limit);
    }

    /** None but yes, no, nothing and the small words of a place may have been said before. */
    @Test
    void noTurnGivesAwayALaterOne() {
        Scenes scenes = new Scenes(3, Split.TEST, Cast.KNOWN);
        SplittableRandom random = new SplittableRandom(2);
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < SCENES; i++) {
            List<SceneQuestion> turns = Conversations.about(scenes.grid(i, 0), Topic.PLACE, Topic.base(), 4, random);
            StringBuilder said = new StringBuilder(" ");
            for (SceneQuestion turn : turns) {
                String content = turn.answer().replaceAll("\\b(yes|no|nothing|at|on|in|the)\\b", "");
                for (String word : content.split("\\W+")) {
                    assertThat(said.toString()).doesNotContain(word.isEmpty() ? "§" : " " + word + " ");
                }
                said.append((turn.question() + " " + turn.answer())
                                .toLowerCase()
                                .replaceAll("\\W+", " "))
                        .append(' ');
            }
            lengths.add(turns.size());
            assertThat(turns)
                    .extracting(SceneQuestion::topic)
                    .doesNotHaveDuplicates()
                    .doesNotContain(Topic.CAPTION, Topic.LIST);
        }
        assertThat(lengths.stream().mapToInt(Integer::intValue).average().orElse(0))
                .isGreaterThan(2.5);
    }

    @ParameterizedTest
    @EnumSource(Split.class)
    void multipleChoiceHasOneRightAnswerAnywhere(Split split) {
        Scenes scenes = new Scenes(5, split, Cast.KNOWN);
        SplittableRandom random = new SplittableRandom(4);
        Map<String, WorldFacts.Fact> facts = new HashMap<>();
        WorldFacts.all().forEach(fact -> facts.put(fact.question(), fact));
        int[] places = new int[4];
        for (int i = 0; i < SCENES; i++) {
            Choice about = WorldFacts.about(split, random);
            WorldFacts.Fact fact = facts.get(about.question());
            assertThat(about.options()).hasSize(4).doesNotHaveDuplicates();
            assertThat(about.options().get(about.right())).isEqualTo(fact.answer());
            Scene scene = scenes.grid(i, 0);
            Choice story = WorldFacts.story(scene, random);
            String asked = story.question().substring(story.question().indexOf(". ") + 2);
            String answer =
                    asked.equals("Where is it?") ? scene.background().phrase() : new Answering(scene).answer(asked);
            assertThat(story.options()).hasSize(4).doesNotHaveDuplicates();
            assertThat(story.options().get(story.right())).as(story.question()).isEqualTo(answer);
            places[about.right()]++;
            places[story.right()]++;
        }
        for (int place : places) {
            assertThat(place / (2.0 * SCENES)).isBetween(0.22, 0.28);
        }
    }

    @ParameterizedTest
    @EnumSource(Split.class)
    void halfOfTheClaimsAreTrueAndTheRestAreNot(Split split) {
        Scenes scenes = new Scenes(5, split, Cast.KNOWN);
        SplittableRandom random = new SplittableRandom(8);
        List<String> facts =
                WorldFacts.all().stream().map(fact -> fact.statement()).toList();
        int right = 0;
        for (int i = 0; i < SCENES; i++) {
            Claim fact = Claims.fact(split, random);
            assertThat(facts.contains(fact.question().replace("is it true that ", "") + "."))
                    .as(fact.question())
                    .isEqualTo(fact.right());
            Scene scene = scenes.grid(i, 0);
            Claim story = Claims.story(scene, random);
            assertThat(holds(story.question(), scene)).as(story.question()).isEqualTo(story.right());
            right += (fact.right() ? 1 : 0) + (story.right() ? 1 : 0);
        }
        assertThat(right / (2.0 * SCENES)).isBetween(0.46, 0.54);
    }

    /** Whether the scene is as the last sentence says. */
    private static boolean holds(String claim, Scene scene) {
        String asked = claim.substring(claim.indexOf(". ") + 2);
        if (asked.startsWith("is this ")) {
            return asked.endsWith(scene.background().phrase());
        }
        String[] words = asked.split(" ");
        boolean there = asked.startsWith("is there ");
        String kind = words[there ? words.length - 1 : 2];
        String hue = words[there ? words.length - 2 : words.length - 1];
        return scene.things().stream()
                .anyMatch(thing ->
                        thing.kind().word().equals(kind) && thing.hue().word().equals(hue));
    }

    /** A fact that is asked for as an exercise in testing is asked so nowhere else. */
    @Test
    void factsAreAskedInOneSplitOnly() {
        Map<String, Split> seen = new HashMap<>();
        Map<String, Split> claims = new HashMap<>();
        SplittableRandom random = new SplittableRandom(6);
        for (Split split : Split.values()) {
            for (int i = 0; i < SCENES; i++) {
                Split other = seen.putIfAbsent(WorldFacts.about(split, random).question(), split);
                assertThat(other == null || other == split).isTrue();
                Claim claim = Claims.fact(split, random);
                Split told = claim.right() ? claims.putIfAbsent(claim.question(), split) : null;
                assertThat(told == null || told == split).isTrue();
            }
        }
        assertThat(seen).hasSize(WorldFacts.all().size());
    }
}
