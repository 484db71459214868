package org.moslora.tensors.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.moslora.problems.InvalidInput;

class LlavaKeysTest {
    private final LlavaKeys keys = LlavaKeys.llava();

    /** Every tensor of a LLaVA of two layers, by canonical name. */
    private static List<String> canonicalNames() {
        List<String> names = new ArrayList<>(textNames());
        String tower = "model.vision_tower.";
        names.add(tower + "embeddings.class_embedding");
        names.add(tower + "embeddings.patch_embedding.weight");
        names.add(tower + "embeddings.position_embedding.weight");
        for (String norm : List.of("pre_layrnorm", "post_layernorm")) {
            addLinear(names, tower + norm);
        }
        for (int layer = 0; layer < 2; layer++) {
            for (String part : List.of(
                    "self_attn.q_proj",
                    "self_attn.k_proj",
                    "self_attn.v_proj",
                    "self_attn.out_proj",
                    "layer_norm1",
                    "layer_norm2",
                    "mlp.fc1",
                    "mlp.fc2")) {
                addLinear(names, tower + "encoder.layers." + layer + "." + part);
            }
        }
        addLinear(names, "model.multi_modal_projector.linear_1");
        addLinear(names, "model.multi_modal_projector.linear_2");
        return names;
    }

    private static List<String> textNames() {
        String text = "model.language_model.";
        List<String> names =
                new ArrayList<>(List.of("lm_head.weight", text + "embed_tokens.weight", text + "norm.weight"));
        for (int layer = 0; layer < 2; layer++) {
            for (String part : List.of(
                    "self_attn.q_proj",
                    "self_attn.k_proj",
                    "self_attn.v_proj",
                    "self_attn.o_proj",
                    "mlp.gate_proj",
                    "mlp.up_proj",
                    "mlp.down_proj",
                    "input_layernorm",
                    "post_attention_layernorm")) {
                addLinear(names, text + "layers." + layer + "." + part);
            }
        }
        return names;
    }

    private static void addLinear(List<String> names, String module) {
        names.add(module + ".weight");
        names.add(module + ".bias");
        names.add(module);
    }

    @ParameterizedTest
    @EnumSource(LlavaLayout.class)
    void everyLayoutIsATwoWayMap(LlavaLayout layout) {
        Set<String> spelt = new LinkedHashSet<>();
        for (String name : layout == LlavaLayout.TEXT ? textNames() : canonicalNames()) {
            String fileKey = keys.spell(name, layout);
            assertThat(keys.canonical(fileKey)).isEqualTo(name);
            assertThat(keys.spell(keys.canonical(fileKey), layout)).isEqualTo(fileKey);
            assertThat(keys.ignores(fileKey)).isFalse();
            assertThat(spelt.add(fileKey)).as(fileKey).isTrue();
        }
        assertThat(keys.detect(spelt)).isEqualTo(new Detection.Llava(layout, true));
    }

    @ParameterizedTest
    @CsvSource({
        "language_model.model.layers.3.self_attn.q_proj.weight, model.language_model.layers.3.self_attn.q_proj.weight",
        "model.language_model.model.layers.3.mlp, model.language_model.layers.3.mlp",
        "model.language_model.lm_head.weight, lm_head.weight",
        "model.lm_head.weight, lm_head.weight",
        "language_model.layers.0.mlp, model.language_model.layers.0.mlp",
        "model.layers.0.mlp.up_proj.weight.absmax, model.language_model.layers.0.mlp.up_proj.weight.absmax",
        "model.embed_tokens, model.language_model.embed_tokens",
        "model.vision_tower.vision_tower.vision_model.pre_layrnorm.weight, model.vision_tower.pre_layrnorm.weight",
        "vision_tower.vision_model.embeddings.class_embedding, model.vision_tower.embeddings.class_embedding",
        "vision_tower.encoder.layers.1.mlp.fc1, model.vision_tower.encoder.layers.1.mlp.fc1",
        "model.mm_projector.2.bias, model.multi_modal_projector.linear_2.bias",
        "mm_projector.0, model.multi_modal_projector.linear_1",
        "multi_modal_projector, model.multi_modal_projector",
        "model.layersX.0, model.layersX.0",
        "lm_head_2.weight, lm_head_2.weight",
        "something.else, something.else"
    })
    void anySpellingIsUnderstood(String fileKey, String canonical) {
        assertThat(keys.canonical(fileKey)).isEqualTo(canonical);
        assertThat(keys.canonical(canonical)).isEqualTo(canonical);
    }

    @Test
    void buffersAreIgnored() {
        assertThat(keys.ignores("model.layers.0.self_attn.rotary_emb.inv_freq")).isTrue();
        assertThat(keys.ignores("vision_tower.vision_model.embeddings.position_ids"))
                .isTrue();
        assertThat(keys.ignores("model.image_newline")).isTrue();
        assertThat(keys.ignores("model.norm.weight")).isFalse();
    }

    @Test
    void mixturesFollowTheMajority() {
        assertThat(keys.detect(
                        List.of("language_model.model.norm.weight", "vision_tower.vision_model.x", "lm_head.weight")))
                .isEqualTo(new Detection.Llava(LlavaLayout.OLD, false));
        assertThat(keys.detect(List.of("model.layers.0.x", "stray", "a.inv_freq")))
                .isEqualTo(new Detection.Llava(LlavaLayout.TEXT, true));
        assertThat(keys.detect(List.of("model.language_model.model.norm.weight")))
                .isEqualTo(new Detection.Llava(LlavaLayout.OLD, false));
    }

    @ParameterizedTest
    @CsvSource({
        "image_newline, LLaVA-NeXT",
        "model.image_newline, LLaVA-NeXT",
        "transformer.h.0.attn.c_attn.weight, GPT-2",
        "model.layers.0.self_attn.q_proj.qweight, GPTQ",
        "down_blocks.0.resnets.0.conv1.weight, UNet",
        "model.diffusion_model.out.0.weight, single-file",
        "base_model.model.model.layers.0.q_proj.lora_A.weight, adapter",
        "llm.model.norm.weight, xtuner",
        "who.knows, nothing that is known here"
    })
    void otherFamiliesAreNamed(String key, String family) {
        assertThatThrownBy(() -> keys.detect(List.of(key)).layoutOrThrow("model/"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageStartingWith("model/: is neither LLaVA nor")
                .hasMessageContaining(family);
    }

    @Test
    void theLlavaProjectsOwnImageNewlineIsNoSignOfNext() {
        List<String> names = List.of("model.image_newline", "model.mm_projector.0.weight", "model.norm.weight");
        assertThat(keys.detect(names).layoutOrThrow("x")).isEqualTo(LlavaLayout.ORIGINAL);
        assertThat(keys.looksLike(names)).contains("mm_projector");
    }

    @Test
    void identityLeavesNamesAlone() {
        assertThat(KeyMap.identity().canonical("model.layers")).isEqualTo("model.layers");
        assertThat(KeyMap.identity().ignores("text_model.embeddings.position_ids"))
                .isTrue();
        assertThat(KeyMap.identity().looksLike(List.of("bert.x"))).isEqualTo("BERT");
    }
}
