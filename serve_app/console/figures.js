// Figures as images: a drawing that came from elsewhere can never become markup of this page.

import { h } from "./elements.js";

/**
 * @param {{call: string, title: string, svg: string}} figure
 */
export function figureShape(figure) {
  const source = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(figure.svg)}`;
  return h("figure", {}, h("img", { src: source, alt: figure.title }), h("figcaption", {}, `${figure.title} (${figure.call})`));
}
