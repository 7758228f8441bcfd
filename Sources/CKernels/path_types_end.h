#undef vf
#undef vi
#undef vu
#undef vd
#undef vl
#undef VL
#undef PATH
