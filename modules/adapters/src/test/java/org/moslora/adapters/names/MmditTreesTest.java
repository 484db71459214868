package org.moslora.adapters.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MmditTreesTest {
    @ParameterizedTest
    @CsvSource({
        "FLUX_1, double_blocks.7.txt_attn.proj, transformer_blocks.7.attn.to_add_out",
        "FLUX_1, double_blocks.7.img_mod.lin, transformer_blocks.7.norm1.linear",
        "FLUX_1, single_blocks.7.linear2, single_transformer_blocks.7.proj_out",
        "FLUX_1, guidance_in.out_layer, time_text_embed.guidance_embedder.linear_2",
        "STABLE_DIFFUSION_3, joint_blocks.7.x_block.attn2.proj, transformer_blocks.7.attn2.to_out.0",
        "STABLE_DIFFUSION_3, joint_blocks.7.context_block.mlp.fc1, transformer_blocks.7.ff_context.net.0.proj",
        "STABLE_DIFFUSION_3, y_embedder.mlp.2, time_text_embed.text_embedder.linear_2"
    })
    void aLayerHasOneNameInEach(TransformerTree tree, String original, String path) {
        assertThat(tree.diffusers(original, false).orElseThrow().paths()).containsExactly(path);
        assertThat(tree.diffusers(original.replace('.', '_'), true)
                        .orElseThrow()
                        .paths())
                .containsExactly(path);
        assertThat(tree.original(path).orElseThrow().original()).isEqualTo(original);
    }

    @Test
    void rowsOfAFusedLayerAreShared() {
        TreePlace first = TransformerTree.FLUX_1
                .diffusers("single_blocks_3_linear1", true)
                .orElseThrow();
        String block = "single_transformer_blocks.3.";
        assertThat(first.paths())
                .isEqualTo(List.of(block + "attn.to_q", block + "attn.to_k", block + "attn.to_v", block + "proj_mlp"));
        assertThat(first.shares()).containsExactly(1, 1, 1, 4);
        assertThat(first.from(3)).isEqualTo(3);
        assertThat(first.parts()).isEqualTo(7);
        assertThat(TransformerTree.FLUX_1
                        .original(block + "attn.to_v")
                        .orElseThrow()
                        .original())
                .isEqualTo("single_blocks.3.linear1");
    }

    @Test
    void halvesAreSwappedWhereTheTreesDiffer() {
        TreePlace end = TransformerTree.FLUX_1
                .diffusers("final_layer.adaLN_modulation.1", false)
                .orElseThrow();
        assertThat(end.isSwapped(32, 16)).isTrue();
        TreePlace text = TransformerTree.STABLE_DIFFUSION_3
                .diffusers("joint_blocks.2.context_block.adaLN_modulation.1", false)
                .orElseThrow();
        assertThat(text.isSwapped(32, 16)).isTrue();
        assertThat(text.isSwapped(96, 16)).isFalse();
    }
}
